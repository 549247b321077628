"""Receipts: who may take which, that each proves its event without us, and what mails and pages carry."""

from __future__ import annotations

import uuid
from dataclasses import replace

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from approval.adapters.ed25519 import verify_ed25519
from approval.domain.checkpoint import LogProof, open_checkpoint, proves
from approval.domain.commands import Actor
from approval.domain.merkle import leaf_hash
from approval.domain.signed_note import KeyType, NoteKey
from approval.domain.witness_address import WitnessAddress
from approval.extensions import db, parts
from approval.models.audit_checkpoint import AuditCosignature
from approval.models.outbox_message import OutboxMessage
from approval.queries.history_receipt import load_history_receipt
from approval.queries.mail_content import MailContent, load_mail_content
from tests.factories.history import events
from tests.factories.review_house import agree_by, make_review
from tests.factories.signed_log import load_newest_checkpoint, log_key, sign_log
from tests.factories.signing_house import MAY_15, add_person
from tests.functional.conftest import Place
from worker.mail_reading import outgoing

WITNESS = NoteKey("so-noi-vu.example", KeyType.COSIGNATURE, b"\x01" * 32)
OTHER = NoteKey("so-y-te.example", KeyType.COSIGNATURE, b"\x02" * 32)


@pytest.fixture
def pledge_id(place: Place) -> uuid.UUID:
    """A pledge in review on which the first agency has agreed; the history is signed up to there."""
    made = make_review(place.app, place.house)
    agree_by(place.app, made, place.house.representatives[0])
    sign_log(place.app)
    return made


def last_verdict(place: Place) -> int:
    with place.app.app_context():
        return int(events("pledge:verdict:given")[-1]["seq"])


def path_of(seq: int) -> str:
    return f"/bien-nhan/{seq}.tlog-proof"


def require_witnessed_by(place: Place, *keys: NoteKey) -> None:
    with place.app.app_context():
        tools = parts()
        addresses = tuple(WitnessAddress("http://127.0.0.1:9", key) for key in keys)
        tools.settings = replace(tools.settings, witnesses=addresses)


def test_a_receipt_proves_the_act_without_the_server(place: Place, pledge_id: uuid.UUID) -> None:
    seq = last_verdict(place)
    answer = place.visitor(place.house.representatives[0]).get(path_of(seq))
    assert answer.status_code == 200
    assert f'filename="bien-nhan-{seq}.tlog-proof"' in answer.headers["Content-Disposition"]
    receipt = LogProof.from_text(answer.text)
    with place.app.app_context():
        checkpoint = open_checkpoint(receipt.note, log_key(), verify_ed25519).checkpoint
    assert receipt.index == seq
    assert proves(receipt, checkpoint, leaf_hash(receipt.extra))
    assert not proves(receipt, checkpoint, leaf_hash(receipt.extra.replace(b"agree", b"other")))
    assert b'"kind":"agree"' in receipt.extra
    assert b"10.0.0.7" not in receipt.extra


def test_who_may_take_the_receipt_of_a_verdict(place: Place, pledge_id: uuid.UUID) -> None:
    seq, house = last_verdict(place), place.house
    with place.app.app_context():
        outsider = add_person(house.coordinator.role, None, name="Thư ký khối khác")
        db.session.commit()
    may = {
        house.representatives[0]: 200,
        house.coordinator: 200,
        house.administrator: 200,
        house.representatives[1]: 404,
        # Sees finished documents only.
        house.observer: 404,
        outsider: 404,
    }
    assert {actor: place.visitor(actor).get(path_of(seq)).status_code for actor in may} == may
    assert place.visitor().get(path_of(seq)).status_code == 302
    assert place.visitor(house.coordinator).get(path_of(10**6)).status_code == 404


def test_an_own_act_outside_pledges_is_for_its_actor_and_administrators(place: Place) -> None:
    visitor = place.visitor(place.house.representatives[0])
    with place.app.app_context():
        seq = int(events("person:session:opened")[-1]["seq"])
    sign_log(place.app)
    assert visitor.get(path_of(seq)).status_code == 200
    assert place.visitor(place.house.administrator).get(path_of(seq)).status_code == 200
    assert place.visitor(place.house.coordinator).get(path_of(seq)).status_code == 404


def test_before_a_head_covers_it_the_person_is_told_when_to_come_back(place: Place) -> None:
    visitor = place.visitor(place.house.representatives[0])
    for _ in range(2):
        answer = visitor.get(path_of(0))
        assert answer.status_code == 409
        assert "chưa có điểm kiểm bao gồm" in answer.text
        assert "mười phút" in answer.text
        with place.app.app_context():
            signed = load_newest_checkpoint(db.session())
        assert signed is None


def _history(place: Place, actor: Actor, pledge_id: uuid.UUID) -> BeautifulSoup:
    return place.visitor(actor).soup(f"/van-ban/{pledge_id}/nhat-ky")


def test_the_history_offers_each_person_their_own_receipts(place: Place, pledge_id: uuid.UUID) -> None:
    seq, (first, second) = last_verdict(place), place.house.representatives

    def offered(actor: Actor) -> list[str]:
        return [str(link["href"]) for link in _history(place, actor, pledge_id).select("a[href$='.tlog-proof']")]

    assert offered(first) == [path_of(seq)]
    assert offered(second) == []
    assert path_of(seq) in offered(place.house.coordinator)
    agree_by(place.app, pledge_id, second)
    assert offered(second) == [], "no head covers it yet"
    sign_log(place.app)
    assert offered(second) == [path_of(last_verdict(place))]


def test_the_history_shows_the_newest_head_and_hands_it_out(place: Place, pledge_id: uuid.UUID) -> None:
    visitor = place.visitor(place.house.representatives[1])
    with place.app.app_context():
        note = (load_newest_checkpoint(db.session()) or b"").decode()
    shown = _history(place, place.house.representatives[1], pledge_id).select_one(".receipt-note")
    assert shown is not None
    assert shown.text == note.strip()
    assert visitor.get("/bien-nhan/diem-kiem.txt").text == note
    assert "nhân chứng" not in visitor.get(f"/van-ban/{pledge_id}/nhat-ky").text


def test_the_witnesses_that_signed_are_counted_among_those_configured(place: Place, pledge_id: uuid.UUID) -> None:
    require_witnessed_by(place, WITNESS, OTHER)
    with place.app.app_context():
        size = load_history_receipt(db.session()).size
        for name in (WITNESS.name, "dismissed.example"):
            row = {"size": size, "witness": name, "line": f"\u2014 {name} AAAA\n", "cosigned_at": MAY_15}
            db.session.add(AuditCosignature(**row))
        db.session.commit()
    page = _history(place, place.house.coordinator, pledge_id)
    assert "1/2 nhân chứng" in page.text
    assert f"\u2014 {WITNESS.name} AAAA" in page.text
    assert "1/2 nhân chứng" in mail_text(place)


def mail_text(place: Place) -> str:
    """The words of the last invitation, as it would leave now."""
    with place.app.app_context():
        query = select(OutboxMessage.id).where(OutboxMessage.kind == "review-invitation")
        message = db.session.scalars(query.order_by(OutboxMessage.id.desc()).limit(1)).one()
        content = load_mail_content(message)
        assert isinstance(content, MailContent)
        mail = outgoing(message, content, ())
        plain = BeautifulSoup(mail.html.replace("<br>", "\n"), "html.parser")
        note = str(content.values["receipt"])
        assert note in mail.text
        assert note in plain.text
        return mail.text


def test_a_mail_carries_the_newest_signed_head_so_that_it_can_be_taken_out_again(place: Place) -> None:
    make_review(place.app, place.house)
    assert "điểm kiểm chưa ký" in mail_text(place)
    sign_log(place.app)
    text = mail_text(place)
    assert "Biên nhận nhật ký (điểm kiểm có chữ ký)" in text
    begins = text.index("localhost/nhat-ky\n")
    ends = text.index("\n", text.index("\u2014 localhost/nhat-ky ")) + 1
    with place.app.app_context():
        assert text[begins:ends].encode() == load_newest_checkpoint(db.session())
