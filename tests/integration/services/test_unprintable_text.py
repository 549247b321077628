"""What cannot be printed is neither saved nor sent out: five directors must not agree on what cannot be signed."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import partial

import pytest
from flask import Flask

from approval.adapters.typeset_glyphs import MissingGlyphError, WordTooWideError
from approval.domain.errors import InvalidInputError, StaleTextError
from approval.domain.pledge_text import PledgeText
from approval.extensions import db
from approval.models.bloc import Bloc
from approval.models.pledge_revision import PledgeRevision
from approval.services.cancel_pledge import cancel_pledge
from approval.services.import_pledge import import_pledge
from approval.services.revise_pledge import revise_pledge
from approval.services.submit_for_review import submit_for_review
from tests.factories.pledge_texts import small_text
from tests.factories.review_house import (
    cancel_command,
    draft_text,
    import_command,
    import_draft,
    make_review,
    make_review_house,
    revise_command,
    reworded,
    save,
    state_of,
    submit_command,
)
from tests.factories.signing_house import SigningHouse, stored_pledge

LONG_WORD = "dài" * 60


@pytest.fixture
def app(app_factory: Callable[..., Flask], sqlite_url: str) -> Flask:
    return app_factory(database_url=sqlite_url)


@pytest.fixture
def house(app: Flask) -> SigningHouse:
    return make_review_house(app, 3)


def store_as_it_is(app: Flask, pledge_id: uuid.UUID, text: PledgeText) -> None:
    """A draft from before today's rules."""
    with app.app_context():
        stored_pledge(pledge_id).draft_content = text.canonical_bytes()
        db.session.commit()


@pytest.mark.parametrize(
    ("words", "kind", "says"),
    [
        ("Thi\u202e đua.", InvalidInputError, "U+202E"),
        ("Thi \u6f22 đua.", MissingGlyphError, "U+6F22"),
        (f"Thi {LONG_WORD} đua.", WordTooWideError, "dài hơn một dòng"),
    ],
)
def test_what_no_page_can_show_is_refused_at_its_clause(
    app: Flask, house: SigningHouse, words: str, kind: type[InvalidInputError], says: str
) -> None:
    pledge_id = import_draft(app, house)
    good = draft_text(app, pledge_id)
    bad = reworded(good, words)
    with pytest.raises(kind) as at_saving:
        save(app, house, pledge_id, bad)
    assert draft_text(app, pledge_id) == good

    store_as_it_is(app, pledge_id, bad)
    command = submit_command(app, house, pledge_id)
    with app.app_context(), pytest.raises(kind) as at_sending:
        submit_for_review(command)

    for refusal in (at_saving.value, at_sending.value):
        assert refusal.field == "clause-1"
        assert says in refusal.vi
        assert "khoản 1" in refusal.vi
    assert state_of(app, pledge_id) == "draft"
    with app.app_context():
        assert db.session.query(PledgeRevision).count() == 0


def test_the_whole_page_is_tried_not_only_the_draft(app: Flask, house: SigningHouse) -> None:
    pledge_id = import_draft(app, house)
    command = submit_command(app, house, pledge_id)
    with app.app_context():
        db.session.get_one(Bloc, house.bloc_id).superior = "HỘI ĐỒNG \u6f22"
        db.session.commit()
        with pytest.raises(MissingGlyphError) as refusal:
            submit_for_review(command)
    assert "phần đầu trang" in refusal.value.vi
    assert state_of(app, pledge_id) == "draft"


def test_an_old_page_is_told_so_before_its_text_is_judged(app: Flask, house: SigningHouse) -> None:
    pledge_id = import_draft(app, house)
    old = submit_command(app, house, pledge_id)
    save(app, house, pledge_id, reworded(draft_text(app, pledge_id), "Thư ký sửa."))
    with app.app_context(), pytest.raises(StaleTextError):
        submit_for_review(old)


def test_an_upload_with_a_hidden_character_stores_nothing(app: Flask, house: SigningHouse) -> None:
    command = import_command(house, reworded(small_text(3), "Thi\u200b đua."))
    with app.app_context(), pytest.raises(InvalidInputError) as refusal:
        import_pledge(command)
    assert "U+200B" in refusal.value.vi


def test_reasons_are_held_to_the_same_rule(app: Flask, house: SigningHouse) -> None:
    pledge_id = make_review(app, house)
    revise = revise_command(app, house, pledge_id, "Sửa\u202e lỗi.")
    cancel = cancel_command(app, house.coordinator, pledge_id, "Không\u00ad ký.")
    acts: tuple[Callable[[], object], ...] = (partial(revise_pledge, revise), partial(cancel_pledge, cancel))
    for act in acts:
        with app.app_context(), pytest.raises(InvalidInputError) as refusal:
            act()
        assert refusal.value.field == "reason"
        assert "phần lý do" in refusal.value.vi
    assert state_of(app, pledge_id) == "in_review"
