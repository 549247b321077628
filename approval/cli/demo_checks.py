"""What must be true after the demo: looked up in what it left behind, not in what it said."""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding
from flask import Flask

from approval.adapters.pdf_text import read_words
from approval.cli.demo_mailbox import ReceivedMail, read_mails
from approval.cli.demo_story import CORRECTIONS, OPINIONS_FILE, SIGNING_ORDER
from approval.cli.verify import inspect_pdf
from approval.domain.audit_event import EventType
from approval.domain.document import CERTIFICATION_FIELD, SEAL_FIELD, Finding, signature_field_name
from approval.domain.import_text import import_pledge
from approval.domain.merkle import leaf_hash, root_of
from approval.extensions import parts
from approval.queries.audit_export import AuditExport, load_audit_export
from approval.services.seed_embedded import STARTER_FILE

_OTHER_READERS = 2
_MAILS_A_PARTY = 4
_FINISHED = "Đã ban hành"
_DATE_LINE = "Bắc Giang, ngày 15 tháng 5 năm 2024"


@dataclass(frozen=True, slots=True)
class Check:
    """One statement and whether it holds."""

    words: str
    holds: bool


def check_outcome(
    create_app: Callable[[], Flask], environment: Mapping[str, str], out: Path, tell: Callable[[str], None]
) -> int:
    """Say of each check whether it holds; returns how many do not. Also leaves audit.jsonl and root.pem in `out`."""
    os.environ.update(environment)
    with create_app().app_context():
        history = load_audit_export()
        root = parts().authority.trust_roots[0].public_bytes(Encoding.PEM)
    (out / "audit.jsonl").write_bytes(b"".join(payload + b"\n" for payload in history.payloads))
    (out / "root.pem").write_bytes(root)
    checks = [*_document(out), *_words(out / "final.pdf"), *_history(history), *_opinions(out, history), *_mails(out)]
    for check in checks:
        tell(f"{'✓' if check.holds else '✗'} {check.words}")
    return sum(1 for check in checks if not check.holds)


def _document(out: Path) -> Iterator[Check]:
    report = inspect_pdf((out / "final.pdf").read_bytes(), out / "root.pem")
    sound = report.finding is Finding.SOUND
    yield Check("Văn bản hợp lệ khi kiểm tra hôm nay, không cần máy chủ / sound today, offline", sound)
    fields = {check.field_name for check in report.signatures if not check.problems}
    parties = {signature_field_name(number) for number in range(1, len(SIGNING_ORDER) + 1)}
    wanted = {CERTIFICATION_FIELD, SEAL_FIELD, *parties}
    yield Check(f"Đủ {len(wanted)} chữ ký: mở ký, {len(parties)} cơ quan, niêm phong", wanted <= fields)


def _words(final: Path) -> Iterator[Check]:
    words = read_words(final.read_bytes())
    yield Check(f"Ngày đã điền: {_DATE_LINE}", _DATE_LINE in words)
    right = [after in words for _, _, after in CORRECTIONS]
    wrong = [before in words for _, before, _ in CORRECTIONS]
    yield Check(f"{len(CORRECTIONS)} lỗi chữ đã sửa", all(right) and not any(wrong))
    clauses = import_pledge(STARTER_FILE.read_bytes()).text.clauses
    found = [f"{clause.number}. {' '.join(clause.paragraphs[0].split()[:8])}" in words for clause in clauses]
    yield Check(f"Đủ {len(clauses)} khoản", all(found))
    yield Check("Đủ tên người ký của năm cơ quan", all(f"Đại diện {agency}" in words for agency in SIGNING_ORDER))


def _history(history: AuditExport) -> Iterator[Check]:
    events = [json.loads(payload) for payload in history.payloads]
    gapless = [event["seq"] for event in events] == list(range(history.size))
    yield Check(f"Nhật ký {len(events)} sự kiện, không thiếu số nào", gapless)
    root = root_of(leaf_hash(payload) for payload in history.payloads)
    yield Check("Gốc Merkle tính lại trùng với đầu nhật ký", root == history.root)
    kinds = Counter(event["type"] for event in events)
    counted = (kinds[EventType.SIGNATURE_ADDED], kinds[EventType.DOCUMENT_FINALISED])
    yield Check(f"{len(SIGNING_ORDER)} lần ký, một lần ban hành", counted == (len(SIGNING_ORDER), 1))


def _opinions(out: Path, history: AuditExport) -> Iterator[Check]:
    events = [json.loads(payload) for payload in history.payloads]
    named = [event["data"]["opinions_sha256"] for event in events if event["type"] == EventType.SIGNING_OPENED]
    kept = hashlib.sha256((out / OPINIONS_FILE).read_bytes()).hexdigest()
    yield Check("Bảng tổng hợp ý kiến đúng mã ghi trong nhật ký khi mở ký", named == [kept])


def _mails(out: Path) -> Iterator[Check]:
    mails = read_mails(out / "mails")
    pdf = (out / "final.pdf").read_bytes()
    finished = [mail.pdf == pdf for mail in mails if _FINISHED in mail.subject]
    everybody = len(SIGNING_ORDER) + _OTHER_READERS
    yield Check(f"{everybody} người nhận bản chính thức kèm thư", len(finished) == everybody and all(finished))
    each = _per_party(mails) == Counter({_MAILS_A_PARTY: len(SIGNING_ORDER)})
    yield Check("Mỗi cơ quan nhận hai thư xin ý kiến, một thư mời ký, một thư ban hành", each)
    twice = len(mails) - len({(mail.recipient, mail.subject) for mail in mails})
    yield Check("Không thư nào gửi hai lần", twice == 0)


def _per_party(mails: list[ReceivedMail]) -> Counter[int]:
    """How many recipients got how many mails, without those who only got the finished document."""
    return Counter(count for count in Counter(mail.recipient for mail in mails).values() if count > 1)
