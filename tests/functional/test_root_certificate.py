"""Chứng thư gốc: an outsider gets the root, sees its fingerprint, and judges a finished file with it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from click.testing import CliRunner
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from sqlalchemy import select

from approval.adapters.ed25519 import NoteSigner
from approval.cli.verify import command
from approval.domain.commands import FinalisePledge
from approval.domain.evidence_policy import EvidencePolicy
from approval.domain.signed_note import KeyType, NoteKey
from approval.domain.witness_address import WitnessAddress
from approval.extensions import db, parts
from approval.models.outbox_message import OutboxMessage
from approval.queries.mail_content import MailContent, load_mail_content
from approval.services.finalise_pledge import finalise_pledge
from approval.services.record_log_key import RecordLogKey, record_log_key
from tests.factories.both_verifiers import judge
from tests.factories.signed_log import sign_log
from tests.factories.signing_house import make_open_pledge, sign_by, stored_pledge
from tests.factories.stored_heads import finished_pledge
from tests.functional.conftest import Place

PAGE, FILE, POLICY = "/chung-thu-goc", "/chung-thu-goc.pem", "/chinh-sach-kiem-tra.txt"


def test_anybody_sees_the_fingerprint_and_fetches_the_root(place: Place) -> None:
    outsider = place.visitor()
    answer = outsider.get(FILE)
    assert answer.status_code == 200
    assert answer.mimetype == "application/x-pem-file"
    (root,) = x509.load_pem_x509_certificates(answer.data)
    page = outsider.soup(PAGE)
    shown = "".join(page.text.split()).lower()
    assert root.fingerprint(SHA256()).hex() in shown
    assert "không có giá trị pháp lý" in " ".join(page.text.split())
    assert [link["href"] for link in page.select("a.btn")] == [FILE, POLICY]


def test_the_policy_names_whom_a_bundle_is_to_be_checked_with(place: Place) -> None:
    pledge_id = finished_pledge(place.app, place.house, lambda: None)
    sign_log(place.app)
    outsider = place.visitor()
    answer = outsider.get(POLICY)
    assert 'filename="policy.txt"' in answer.headers["Content-Disposition"]
    assert [line.partition(" ")[0] for line in answer.text.splitlines()] == ["log", "root"]
    bundle = place.visitor(place.house.coordinator).get(f"/van-ban/{pledge_id}/ho-so-chung-cu.zip").data
    assert judge(bundle, answer.text).code == 0
    stranger = re.sub("root .*", f"root {'0' * 64}", answer.text)
    assert judge(bundle, stranger).code != 0
    shown = outsider.soup(PAGE).select_one("pre")
    assert shown is not None
    assert shown.text == answer.text.strip()


def test_with_witnesses_the_policy_asks_for_more_than_half(place: Place) -> None:
    keys = [NoteKey(f"so-{number}.example", KeyType.COSIGNATURE, bytes([number]) * 32) for number in range(5)]
    with place.app.app_context():
        tools = parts()
        addresses = tuple(WitnessAddress("http://127.0.0.1:9", key) for key in keys)
        tools.settings = replace(tools.settings, witnesses=addresses)
    policy = EvidencePolicy.from_text(place.visitor().get(POLICY).text)
    assert (len(policy.witnesses), policy.quorum) == (5, 3)


def test_a_finished_document_is_judged_with_it(place: Place, tmp_path: Path) -> None:
    pledge_id = make_open_pledge(place.app, place.house)
    sign_by(place.app, pledge_id, *place.house.representatives)
    with place.app.app_context():
        finalise_pledge(FinalisePledge(pledge_id))
        final = parts().file_store.get(stored_pledge(pledge_id).final_sha256 or "")
    (tmp_path / "final.pdf").write_bytes(final)
    (tmp_path / "root.pem").write_bytes(place.visitor().get(FILE).data)
    result = CliRunner().invoke(command, [str(tmp_path / "final.pdf"), "--trust", str(tmp_path / "root.pem")])
    assert result.exit_code == 0, result.output


def test_the_finished_page_and_the_finished_mail_name_it(place: Place) -> None:
    pledge_id = make_open_pledge(place.app, place.house)
    sign_by(place.app, pledge_id, *place.house.representatives)
    place.clock.moment += timedelta(minutes=1)
    with place.app.app_context():
        finalise_pledge(FinalisePledge(pledge_id))
        query = select(OutboxMessage.id).where(OutboxMessage.kind == "finished").limit(1)
        content = load_mail_content(db.session.scalars(query).one())
        assert isinstance(content, MailContent)
        assert content.values["root_page"].endswith(PAGE)
    page = place.visitor(place.house.observer).soup(f"/van-ban/{pledge_id}")
    assert page.select(f'a[href="{PAGE}"]')


def test_a_key_that_was_only_written_into_the_database_is_not_published(place: Place) -> None:
    """Whoever owns the database could add one, and have a history of their own believed."""
    sign_log(place.app)
    before = place.visitor().get(POLICY).text
    stranger = NoteSigner.generate("localhost/nhat-ky").key
    with place.app.app_context():
        record_log_key(RecordLogKey(stranger.vkey))
    assert place.visitor().get(POLICY).text == before
    assert "\nlog " in f"\n{before}"
