"""What was noticed while a draft was made and a person should look at; nothing here is an error."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from approval.domain.import_errors import shortened

_LONGEST_QUOTE = 200


@dataclass(frozen=True, slots=True)
class TextFinding:
    """One remark. `code` is stable, `place` says where ("Khoản 3"), `vi`/`en` are whole sentences.

    `suggestion` is a replacement text when there is an obvious one, else None. `found` is what it is about, "" when
    that is no run of words.
    """

    code: str
    place: str
    vi: str
    en: str
    suggestion: str | None = None
    found: str = ""


def paragraphs_joined(place: str, first_words: str) -> TextFinding:
    """Two paragraphs were one sentence (a page break in the draft) and have been joined."""
    return TextFinding(
        "paragraphs_joined",
        place,
        f"Đoạn bắt đầu bằng “{first_words}” bị ngắt giữa câu; đã nối với đoạn trước.",
        f"The paragraph starting “{first_words}” was broken in mid-sentence; it was joined to the one before.",
    )


def party_order_differs(preamble_order: Sequence[str]) -> TextFinding:
    """The signature blocks follow another order than the preamble; `suggestion` lists the preamble's order."""
    order = "; ".join(preamble_order)
    return TextFinding(
        "party_order_differs",
        "Phần ký",
        f"Thứ tự các khối chữ ký khác thứ tự trong phần mở đầu ({order}); hãy chọn một thứ tự.",
        f"The signature blocks are in another order than the preamble ({order}); choose one order.",
        order,
    )


def party_not_in_preamble(agency: str, heading: str) -> TextFinding:
    """No name in the preamble matches this block; `agency` was made from the heading."""
    return TextFinding(
        "party_not_in_preamble",
        "Phần ký",
        f"Phần mở đầu không nêu tên cơ quan của khối ký “{heading}”; tạm ghi là “{agency}”, hãy kiểm tra lại.",
        f"The preamble does not name the agency of the block “{heading}”; “{agency}” is a guess, please check it.",
    )


def dash_differs(agency: str, heading: str, suggestion: str) -> TextFinding:
    """The block writes a name with another dash than the preamble; `suggestion` is the block with the preamble's."""
    return TextFinding(
        "dash_differs",
        "Phần ký",
        f"Khối ký “{heading}” dùng dấu gạch khác với tên “{agency}” ở phần mở đầu; nên thống nhất.",
        f"The block “{heading}” uses another dash than the name “{agency}” in the preamble; use one.",
        suggestion,
    )


def date_line_rewritten(written: str, printed: str) -> TextFinding:
    """The date line will be printed otherwise than it was written (leading zeros, dots for blanks)."""
    return TextFinding(
        "date_line_rewritten",
        "Dòng địa danh, ngày tháng",
        f"Dòng “{written}” được viết lại theo Nghị định 30/2020 thành “{printed}”.",
        f"The line “{written}” is rewritten after Decree 30/2020 as “{printed}”.",
        printed,
    )


def letterhead_left_out(lines: Sequence[str]) -> TextFinding:
    """What stood beside and above the national heading: the page prints it from the bloc's data."""
    words = shortened("; ".join(lines), _LONGEST_QUOTE)
    return TextFinding(
        "letterhead_left_out",
        "Đầu trang",
        f"Không nhập “{words}”: cơ quan cấp trên và tên Khối được in theo dữ liệu của Khối, hãy đối chiếu.",
        f"“{words}” was left out: the superior body and the bloc are printed from the bloc's data, please compare.",
    )


def signers_left_out(lines: Sequence[str]) -> TextFinding:
    """Titles and names below the blocks: who signs, and by what right, is recorded at the signature."""
    words = shortened("; ".join(lines), _LONGEST_QUOTE)
    return TextFinding(
        "signers_left_out",
        "Phần ký",
        f"Không nhập “{words}”: chức vụ, họ tên người ký được ghi vào lúc ký.",
        f"“{words}” was left out: a signatory's title and name are put in at the signature.",
    )


def recipients_left_out(lines: Sequence[str]) -> TextFinding:
    """The list "Nơi nhận": the finished document goes to the parties by mail."""
    words = shortened(" ".join(lines), _LONGEST_QUOTE)
    return TextFinding(
        "recipients_left_out",
        "Nơi nhận",
        f"Không nhập “{words}”: văn bản hoàn thiện được hệ thống gửi cho các cơ quan.",
        f"“{words}” was left out: the finished document is sent to the agencies by this system.",
    )


def text_box_left_out(words: str) -> TextFinding:
    """Words in a box that floats on the page have no place in the reading order."""
    quoted = shortened(words, _LONGEST_QUOTE)
    return TextFinding(
        "text_box_left_out",
        "Hộp văn bản",
        f"Không nhập chữ trong hộp văn bản “{quoted}”; nếu thuộc nội dung, hãy chép vào đoạn văn rồi tải lại.",
        f"The words of the text box “{quoted}” were left out; if they belong to the text, put them in a paragraph.",
    )
