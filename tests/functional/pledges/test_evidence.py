"""The evidence bundle over HTTP: for whoever may see the pledge, once the history is signed."""

from __future__ import annotations

import uuid

import pytest

from tests.factories.both_verifiers import judge
from tests.factories.log_house import LogHouse
from tests.factories.stored_heads import finished_pledge, house_of, store_head
from tests.functional.pledges.conftest import Desk, page_of
from tests.functional.pledges.forms import tree, words


@pytest.fixture
def log(desk: Desk) -> LogHouse:
    """The log's own key, made for the test."""
    return house_of(desk.place.app)


@pytest.fixture
def pledge_id(desk: Desk) -> uuid.UUID:
    """Finished; nothing of the history is signed yet."""
    return finished_pledge(desk.place.app, desk.house, lambda: None)


def test_everybody_who_sees_the_pledge_gets_the_same_proof(desk: Desk, pledge_id: uuid.UUID, log: LogHouse) -> None:
    store_head(desk.place.app, log)
    for visitor in (desk.coordinator, desk.first, desk.place.visitor(desk.house.observer)):
        answer = visitor.get(page_of(pledge_id, "ho-so-chung-cu.zip"))
        assert answer.status_code == 200
        assert answer.mimetype == "application/zip"
        assert answer.headers["Content-Security-Policy"].endswith("sandbox")
        assert "attachment" in answer.headers["Content-Disposition"]
        assert judge(answer.data, log.policy_text()).code == 0


def test_before_the_history_is_signed_it_says_when_to_come_back(desk: Desk, pledge_id: uuid.UUID) -> None:
    answer = desk.coordinator.get(page_of(pledge_id, "ho-so-chung-cu.zip"))
    assert answer.status_code == 409
    assert "Thử lại sau mười phút" in words(answer)


def test_the_history_page_leads_to_it(desk: Desk, pledge_id: uuid.UUID) -> None:
    page = tree(desk.coordinator.get(page_of(pledge_id, "nhat-ky")))
    link = page.select_one(f'a[href="{page_of(pledge_id, "ho-so-chung-cu.zip")}"]')
    assert link is not None
    assert "Tải hồ sơ chứng cứ (ZIP)" in link.get_text()
