"""Rules L09 and L13 about sentences: how they begin and end, and which mark parts the tasks in them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from approval.domain.clause_paragraphs import ends_sentence
from approval.domain.proof_document import END_MARK
from approval.domain.proof_finding import BODY, Passage, ProofFinding
from approval.domain.tone_marks import SMALL

TASK_VERBS = (
    "phát huy|đẩy mạnh|nâng cao|tăng cường|tiếp tục|tập trung|thúc đẩy|triển khai|thực hiện|chú trọng|phấn đấu"
    "|hoàn thành|đổi mới|bảo đảm|củng cố|khắc phục|mở rộng|quan tâm|chủ động"
)
_LOWER_START = re.compile(rf"(?<=[{SMALL}\d”)]{{2}})([.!?]) +([{SMALL}][^\W\d_]*)")
_ELLIPSIS = re.compile(rf"(\.\.\.|…) (?=(?:{TASK_VERBS})\b)")
_TASK_AFTER_COMMA = re.compile(r", (?=(?:đẩy mạnh|tăng cường|nâng cao|tiếp tục|tập trung|thúc đẩy|chú trọng)\b)")
_SENTENCE = re.compile(r"[^.!?]+")
_FEWEST_COMMAS = 2
_POINT = re.compile(r"(?:[a-zđ]\)|[-+•]) ?")


def beginnings_and_ends(passages: tuple[Passage, ...]) -> Iterator[ProofFinding]:
    """L09: a paragraph starts with a capital and ends in . ; : or "./."; so does a sentence inside it."""
    for passage in passages:
        if passage.part not in BODY:
            continue
        yield from _paragraph(passage)
        for match in _LOWER_START.finditer(passage.text):
            word = match[2]
            vi = "Đầu câu phải viết hoa."
            yield passage.error("L09", match.span(2), vi, word[0].upper() + word[1:])
        for match in _ELLIPSIS.finditer(passage.text):
            vi = "Sau dấu ba chấm kết thúc phép liệt kê, ý mới cần dấu chấm phẩy hoặc tách câu."
            yield passage.warning("L09", match.span(), vi, f"{match[1]}; ")


def _paragraph(passage: Passage) -> Iterator[ProofFinding]:
    text = passage.text
    point = _POINT.match(text)
    first = point.end() if point else 0
    if text[first : first + 1].islower() and not point:
        vi = "Đoạn bắt đầu bằng chữ thường: viết hoa, hoặc nối vào đoạn trước nếu bị ngắt giữa câu."
        yield passage.error("L09", (0, 1), vi, text[0].upper())
    if text and not ends_sentence(text) and not text.endswith(END_MARK):
        vi = "Cuối đoạn phải có dấu chấm, chấm phẩy hoặc hai chấm."
        yield passage.error("L09", (len(text), len(text)), vi, ".")


def tasks_parted(passages: tuple[Passage, ...]) -> Iterator[ProofFinding]:
    """L13: in a sentence that parts its tasks by ";", a new task after a list with commas needs ";" too."""
    for passage in passages:
        for sentence in _SENTENCE.finditer(passage.text) if passage.part in BODY else ():
            for match in _TASK_AFTER_COMMA.finditer(passage.text, sentence.start(), sentence.end()):
                part = passage.text.rfind(";", sentence.start(), match.start())
                if part >= 0 and passage.text.count(",", part, match.start()) >= _FEWEST_COMMAS:
                    vi = "Nhiệm vụ mới sau một phép liệt kê có dấu phẩy nên cách bằng dấu chấm phẩy."
                    yield passage.warning("L13", match.span(), vi, "; ")
