"""What should be in a pledge file and is not: a genuine earlier state passes every check of signatures."""

from __future__ import annotations

from approval.adapters.pdf_reading import PledgeFile
from approval.domain.document import CERTIFICATION_FIELD, SEAL_FIELD, ExpectedDocument


def expectation_from(file: PledgeFile) -> ExpectedDocument:
    """What a finished file must hold, judged by its own certified fields."""
    parties = file.party_fields
    return ExpectedDocument(
        signature_fields=parties, date_fields=tuple(file.dates), signed_fields=frozenset(parties), final=True
    )


def missing_parts(file: PledgeFile, expected: ExpectedDocument) -> list[str]:
    """Sentences about parts that are not there (yet)."""
    problems = []
    if not file.fields.get(CERTIFICATION_FIELD):
        problems.append("Tệp chưa có chữ ký mở ký khóa nội dung văn bản.")
    if not expected.signature_fields:
        problems.append("Tệp không có ô ký của bên nào.")
    unsigned = [name for name in expected.signature_fields if name in expected.signed_fields]
    problems += [f"Thiếu chữ ký tại ô {name}." for name in unsigned if not file.fields.get(name)]
    if expected.final:
        problems += _missing_at_the_end(file)
    return problems


def _missing_at_the_end(file: PledgeFile) -> list[str]:
    problems = []
    if not file.fields.get(SEAL_FIELD):
        problems.append("Tệp chưa được niêm phong; đây là bản đang ký dở hoặc đã bị cắt bớt.")
    if not file.time_stamps:
        problems.append("Thiếu dấu thời gian cuối; đây là bản đang hoàn thiện dở hoặc đã bị cắt bớt.")
    problems += [f"Ô ngày tháng {name} còn để trống." for name, value in file.dates.items() if not value]
    return problems


def foreign_parts(file: PledgeFile, expected: ExpectedDocument) -> list[str]:
    """Sentences about parts that should not be there."""
    problems = [f"Có ô ký lạ: {name}." for name in file.unknown_fields]
    if file.party_fields != tuple(sorted(expected.signature_fields)):
        problems.append("Các ô ký trong tệp không khớp danh sách các bên.")
    if set(file.dates) != set(expected.date_fields):
        problems.append("Các ô ngày tháng trong tệp không khớp bản đã mở ký.")
    early = [name for name in file.party_fields if file.fields[name] and name not in expected.signed_fields]
    problems += [f"Ô {name} có chữ ký mà hệ thống không ghi nhận." for name in early]
    if not expected.final:
        problems += _too_early(file)
    return problems


def _too_early(file: PledgeFile) -> list[str]:
    problems = [f"Ô ngày tháng {name} đã bị điền trước khi đủ chữ ký." for name, value in file.dates.items() if value]
    if file.fields.get(SEAL_FIELD) or file.time_stamps:
        problems.append("Tệp đã có dấu niêm phong trước khi đủ chữ ký.")
    return problems


def out_of_order(file: PledgeFile) -> list[str]:
    """Sentences about signatures in an order this product never makes: certification, parties, seal, time stamp."""
    names = [signature.field_name for signature in file.signatures]
    problems = []
    if names and names[0] != CERTIFICATION_FIELD:
        problems.append("Chữ ký đầu tiên không phải chữ ký mở ký.")
    if SEAL_FIELD in names and names[-1] != SEAL_FIELD:
        problems.append("Có chữ ký đứng sau dấu niêm phong.")
    revisions = [signature.signed_revision for signature in file.signatures]
    if file.time_stamps and revisions and min(s.signed_revision for s in file.time_stamps) < max(revisions):
        problems.append("Có chữ ký đứng sau dấu thời gian cuối.")
    return problems
