"""An endpoint without a policy never goes live; forms without a token change nothing."""

from __future__ import annotations

import pytest
from flask import Flask

from approval.web.guards import Policy, PolicyMissingError, check_policies, policies_of, policy
from tests.functional.conftest import Place


def test_application_with_an_unguarded_endpoint_does_not_start() -> None:
    app = Flask(__name__)
    app.add_url_rule("/mo", "open", lambda: "secret")
    with pytest.raises(PolicyMissingError, match="open"):
        check_policies(app)


def test_unguarded_endpoint_added_later_answers_nothing(place: Place) -> None:
    """Start-up was passed; the hook still refuses to serve what declared nothing."""
    place.app.view_functions["health.show"] = lambda: "secret"
    answer = place.visitor().get("/healthz")
    assert answer.status_code == 500
    assert "secret" not in answer.text


def test_policy_must_name_somebody() -> None:
    with pytest.raises(PolicyMissingError):
        policy()


def test_several_policies_mean_any_of_them() -> None:
    app = Flask(__name__)

    @app.get("/hai")
    @policy(Policy.COORDINATOR, Policy.ADMINISTRATOR)
    def two() -> str:
        return ""

    assert policies_of(app, "two") == {Policy.COORDINATOR, Policy.ADMINISTRATOR}


def test_form_sent_after_the_session_ended_leads_back_to_its_page(place: Place) -> None:
    pledge = "/van-ban/00000000-0000-4000-8000-000000000000"
    answer = place.visitor().client.post(f"{pledge}/y-kien", data={"kind": "agree"})
    assert answer.status_code == 302
    assert answer.location == f"/dang-nhap?next={pledge}"


def test_post_without_a_page_leads_to_the_task_list(place: Place) -> None:
    answer = place.visitor().client.post("/dang-xuat")
    assert answer.status_code == 302
    assert answer.location == "/dang-nhap?next=/viec-can-xu-ly"


def test_two_browsers_have_two_sessions(place: Place) -> None:
    first, second = place.visitor(place.house.coordinator), place.visitor(place.house.coordinator)
    assert first.cookie() != second.cookie()
    first.post("/dang-xuat")
    assert second.get("/viec-can-xu-ly").status_code == 200
