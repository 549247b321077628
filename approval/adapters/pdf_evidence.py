"""What a file carries beside its pages: the record of what came before, the signed head in its seal, scripts."""

from __future__ import annotations

import logging
from typing import Any

from approval.adapters.pdf_attachments import attached_file
from approval.adapters.pdf_checkpoint import checkpoint_of
from approval.adapters.pdf_reading import PledgeFile
from approval.domain.checkpoint import Checkpoint
from approval.domain.document import SEAL_FIELD
from approval.domain.evidence_report import Check, Outcome
from approval.domain.signed_note import NoteError, parse_note
from approval.domain.signing_record import FILE_NAME, RecordFacts, SigningRecordError, read_signing_record

_log = logging.getLogger(__name__)


def carried_record(file: PledgeFile) -> tuple[Check, RecordFacts | None]:
    """The record as it lay under the first signature, every hash in it computed anew."""
    name = "record"
    try:
        data = attached_file(file.reader, FILE_NAME, revision=0)
        if data is None:
            return Check(name, Outcome.SKIPPED, "tệp không kèm hồ sơ trước khi ký"), None
        facts = read_signing_record(data)
    except SigningRecordError as error:
        return Check(name, Outcome.TAMPERED, str(error)), None
    except Exception:  # noqa: BLE001 - damaged input makes pyHanko raise many kinds; each means the same here
        _log.info("record not readable", exc_info=True)
        return Check(name, Outcome.TAMPERED, "hồ sơ trước khi ký kèm trong tệp không đọc được"), None
    if facts.fields != file.party_fields:
        return Check(name, Outcome.TAMPERED, "các bên trong hồ sơ trước khi ký khác các ô ký của văn bản"), facts
    words = (
        f"bản {facts.revision_number} ({facts.revision_sha256}), {facts.rounds} vòng, {facts.opinions} ý kiến, "
        f"{len(facts.verdicts)}/{len(facts.fields)} cơ quan thống nhất; SHA-256 của hồ sơ {facts.sha256}"
    )
    return Check(name, Outcome.PASS, words), facts


def carried_checkpoint(file: PledgeFile) -> tuple[Check, bytes | None]:
    """The signed head in the seal; whether the log's key signed it is for whoever knows that key."""
    name = "checkpoint"
    seal = next((one for one in file.signatures if one.field_name == SEAL_FIELD), None)
    try:
        note = None if seal is None else checkpoint_of(seal.sig_object)
        if note is None:
            return Check(name, Outcome.SKIPPED, "dấu niêm phong không kèm đầu nhật ký đã ký"), None
        head = Checkpoint.from_text(parse_note(note).text)
    except (ValueError, NoteError):
        return Check(name, Outcome.TAMPERED, "đầu nhật ký trong dấu niêm phong không đọc được"), None
    words = f"{head.origin}: {head.size} sự kiện, gốc {head.root.hex()}"
    return Check(name, Outcome.PASS, words), note


def has_script(file: PledgeFile) -> bool:
    """Whether the newest state of the document holds something that runs when it is opened, printed or clicked."""
    root = file.reader.root
    names, form = _entry(root, "/Names") or {}, _entry(root, "/AcroForm") or {}
    if "/JavaScript" in names or "/XFA" in form or "/AA" in root or _runs(_entry(root, "/OpenAction")):
        return True
    fields = [reference.get_object() for reference in _entry(form, "/Fields") or ()]
    return any("/AA" in field or _runs(_entry(field, "/A")) for field in fields)


def _entry(dictionary: Any, key: str) -> Any:
    """The value, references followed (`get` would leave them), None without one."""
    try:
        return dictionary[key]
    except KeyError:
        return None


def _runs(action: Any) -> bool:
    return hasattr(action, "get") and action.get("/S") in {"/JavaScript", "/Launch", "/SubmitForm", "/ImportData"}
