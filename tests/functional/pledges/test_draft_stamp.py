"""The mark of a draft names the round of the text it stands on, whoever reads it."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest

from tests.factories.pdf_tools import raw_text
from tests.factories.review_house import make_review
from tests.functional.pledges.conftest import Desk, page_of
from tests.functional.pledges.forms import words
from tests.functional.pledges.worklist_desk import reopen


@pytest.fixture
def pledge_id(desk: Desk) -> uuid.UUID:
    return make_review(desk.place.app, desk.house)


def test_who_reads_the_old_text_is_not_told_that_it_is_the_new_draft(
    desk: Desk, pledge_id: uuid.UUID, tmp_path: Path
) -> None:
    reopen(desk, pledge_id)
    assert "DỰ THẢO – lần 2" in words(desk.coordinator.get(page_of(pledge_id)))
    seen = words(desk.first.get(page_of(pledge_id)))
    assert "DỰ THẢO – lần 1" in seen
    assert "DỰ THẢO – lần 2" not in seen
    (tmp_path / "preview.pdf").write_bytes(desk.first.get(page_of(pledge_id, "tep/du-thao.pdf")).data)
    assert "DỰ THẢO – lần 1" in raw_text(tmp_path / "preview.pdf")
