"""Rules L10, L11 and L12: one tone style, abbreviations explained, capitals as NĐ 30/2020 Phụ lục II has them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from approval.domain.phrase_list import PhraseList, key_of
from approval.domain.proof_finding import BODY, Passage, ProofFinding
from approval.domain.tone_marks import CAPITAL, SMALL, in_new_style, in_old_style

_WORD = re.compile(r"[^\W\d_]+")
_ABBREVIATION = re.compile(r"(?<![\w/&-])[A-ZĐ]{2,7}(?![\w/&]|-\w)")
_ROMAN = re.compile(r"[IVXLCDM]+")
_EXPANSIONS = {
    "ANTT": "an ninh, trật tự",
    "ATGT": "an toàn giao thông",
    "BHTN": "bảo hiểm thất nghiệp",
    "BHXH": "bảo hiểm xã hội",
    "BHYT": "bảo hiểm y tế",
    "CBCCVC": "cán bộ, công chức, viên chức",
    "CCHC": "cải cách hành chính",
    "CNTT": "công nghệ thông tin",
    "GDĐT": "giáo dục và đào tạo",
    "GPMB": "giải phóng mặt bằng",
    "HĐND": "Hội đồng nhân dân",
    "HTX": "hợp tác xã",
    "KHCN": "khoa học và công nghệ",
    "MTTQ": "Mặt trận Tổ quốc",
    "NTM": "nông thôn mới",
    "PCCC": "phòng cháy, chữa cháy",
    "QPAN": "quốc phòng, an ninh",
    "TDTT": "thể dục, thể thao",
    "THCS": "trung học cơ sở",
    "THPT": "trung học phổ thông",
    "TTHC": "thủ tục hành chính",
    "UBND": "Ủy ban nhân dân",
}
_CAPITALS: tuple[tuple[re.Pattern[str], str, str], ...] = (
    (re.compile(r"(?:(?<=cho )|(?<=của )|(?<=với ))nhân dân(?! tệ)"), "Nhân dân", "“Nhân dân” viết hoa."),
    (re.compile(r"(?:(?<=của )|(?<=Đảng và )|(?<=Đảng, ))nhà nước\b"), "Nhà nước", "“Nhà nước” viết hoa."),
    (
        re.compile(r"(?<=của )đảng(?= và | ta\b|[,;.])|(?<=xây dựng )đảng(?= và |[,;.])"),
        "Đảng",
        "“Đảng” viết hoa khi chỉ Đảng Cộng sản Việt Nam.",
    ),
    (re.compile(r"(?<=\w )Ngày [Ll]ễ lớn\b"), "ngày lễ lớn", "“ngày lễ lớn” không viết hoa."),
    (
        re.compile(r"\bĐại hội Đảng bộ(?= các cấp| cơ sở)"),
        "đại hội đảng bộ",
        "Tên chung, không chỉ một đại hội cụ thể, thì không viết hoa.",
    ),
)
_AFTER_COLON = re.compile(rf"(?:như|ví dụ): (?P<first>[{CAPITAL}][{SMALL}]*) (?P<second>[{SMALL}]+)")


def tone_style(passages: tuple[Passage, ...]) -> Iterator[ProofFinding]:
    """L10: "hóa" or "hoá", not both; the rarer of the two is pointed out."""
    styled = [(passage, word) for passage in passages for word in _WORD.finditer(passage.text)]
    old = [(passage, word) for passage, word in styled if in_new_style(word.group()) != word.group()]
    new = [(passage, word) for passage, word in styled if in_old_style(word.group()) != word.group()]
    if not (old and new):
        return
    rarer, restyle = (old, in_new_style) if len(old) <= len(new) else (new, in_old_style)
    for passage, word in rarer:
        vi = "Dấu thanh đặt khác cách đặt ở phần còn lại của văn bản."
        yield passage.warning("L10", word.span(), vi, restyle(word.group()))


def abbreviations(passages: tuple[Passage, ...]) -> Iterator[ProofFinding]:
    """L11: an abbreviation stands in brackets behind its full form the first time."""
    seen: set[str] = set()
    for passage in passages:
        if passage.part not in BODY or passage.in_capitals:
            continue
        for match in _ABBREVIATION.finditer(passage.text):
            short = match.group()
            if short in seen or _ROMAN.fullmatch(short):
                continue
            seen.add(short)
            if not passage.text[: match.start()].endswith("("):
                full = _EXPANSIONS.get(short)
                vi = f"“{short}” chưa được viết đầy đủ ở lần dùng đầu."
                yield passage.warning("L11", match.span(), vi, full and f"{full} ({short})")


def capitals(passages: tuple[Passage, ...], phrases: PhraseList) -> Iterator[ProofFinding]:
    """L12: a short list of words that documents most often capitalise wrongly."""
    for passage in passages:
        if passage.part not in BODY:
            continue
        for pattern, right, vi in _CAPITALS:
            for match in pattern.finditer(passage.text):
                yield passage.warning("L12", match.span(), vi, right)
        yield from _after_colon(passage, phrases)


def _after_colon(passage: Passage, phrases: PhraseList) -> Iterator[ProofFinding]:
    for match in _AFTER_COLON.finditer(passage.text):
        if phrases.knows(key_of(match.groups())):
            vi = "Sau dấu hai chấm mở đầu liệt kê không viết hoa từ thường."
            yield passage.warning("L12", match.span("first"), vi, match["first"].lower())
