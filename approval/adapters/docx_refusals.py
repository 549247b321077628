"""Why a Word file is not read: one sentence for each cause, saying what to do in Word."""

from __future__ import annotations

from approval.domain.import_errors import NotAPledgeError, refusal


def legacy_file() -> NotAPledgeError:
    """A file of Word 97–2003 or another program of that time."""
    return refusal(
        "legacy_word",
        "Tệp thuộc định dạng Word cũ (.doc); hãy mở trong Word, chọn Lưu thành (Save As) “Word Document (*.docx)”.",
        "The file is of the old Word format (.doc); open it in Word and save it as “Word Document (*.docx)”.",
    )


def encrypted_file() -> NotAPledgeError:
    """A file that opens with a password only."""
    return refusal(
        "encrypted",
        "Tệp đặt mật khẩu nên không đọc được; hãy mở trong Word, bỏ mật khẩu (Info, Protect Document) rồi tải lại.",
        "The file is protected by a password; open it in Word, remove the password and try again.",
    )


def macro_file() -> NotAPledgeError:
    """A file that carries a program."""
    return refusal(
        "macros",
        "Tệp Word có macro (.docm); hãy lưu thành “Word Document (*.docx)” không có macro rồi tải lại.",
        "The Word file holds macros (.docm); save it as “Word Document (*.docx)” without macros and try again.",
    )


def strict_file() -> NotAPledgeError:
    """The other dialect of the standard, which hardly anybody writes."""
    return refusal(
        "strict_word",
        "Tệp thuộc dạng “Strict Open XML”; hãy lưu thành “Word Document (*.docx)” thông thường rồi tải lại.",
        "The file is “Strict Open XML”; save it as an ordinary “Word Document (*.docx)” and try again.",
    )


def no_word_file() -> NotAPledgeError:
    """A zip archive that holds something else."""
    return refusal(
        "no_word_document",
        "Tệp không phải văn bản Word (.docx) mà là tệp nén hoặc loại tệp khác; hãy chọn tệp .docx, .md hoặc .txt.",
        "The file is no Word document (.docx) but an archive or another kind; choose a .docx, .md or .txt file.",
    )


def broken_file() -> NotAPledgeError:
    """A damaged archive, or XML that cannot be read."""
    return refusal(
        "broken_word",
        "Tệp Word bị hỏng nên không đọc được; hãy mở và lưu lại trong Word rồi tải lên.",
        "The Word file is damaged; open it in Word, save it again and try once more.",
    )


def swollen_file() -> NotAPledgeError:
    """An archive that would unpack to far more than a pledge can be."""
    return refusal(
        "swollen_word",
        "Tệp Word phình quá lớn khi mở (quá nhiều thành phần hoặc hình); hãy bỏ hình, chỉ giữ chữ, rồi tải lại.",
        "The Word file unpacks to far too much (parts or pictures); keep the text only and try again.",
    )


def external_entities() -> NotAPledgeError:
    """XML with a document type of its own, which no word processor writes."""
    return refusal(
        "external_entities",
        "Tệp Word có khai báo XML lạ (DTD) nên không được nhận; hãy mở và lưu lại trong Word rồi tải lên.",
        "The Word file declares a document type (DTD), which is not accepted; save it again in Word.",
    )


def tracked_changes() -> NotAPledgeError:
    """Two texts in one: nobody can tell which of them was agreed."""
    return refusal(
        "tracked_changes",
        "Tệp còn thay đổi đang theo dõi (Track Changes); trong Word hãy vào Review, chọn Accept, Accept All Changes and"
        " Stop Tracking, lưu lại rồi tải lên.",
        "The file holds tracked changes; in Word choose Review, Accept, Accept All Changes and Stop Tracking, save it"
        " and try again.",
    )


def comments() -> NotAPledgeError:
    """Remarks that belong to nobody's review here."""
    return refusal(
        "comments",
        "Tệp còn bình luận (Comments); trong Word hãy vào Review, chọn Delete, Delete All Comments in Document, lưu"
        " lại rồi tải lên.",
        "The file holds comments; in Word choose Review, Delete, Delete All Comments in Document, save it and try"
        " again.",
    )


def notes() -> NotAPledgeError:
    """Words at the foot of a page or the end of the file."""
    return refusal(
        "notes",
        "Tệp có chú thích cuối trang hoặc cuối văn bản (Footnote, Endnote); hãy đưa vào đoạn văn hoặc bỏ đi.",
        "The file has footnotes or endnotes; move their words into a paragraph or remove them.",
    )


def embedded_file() -> NotAPledgeError:
    """Another document inside, whose words this reader would not see."""
    return refusal(
        "embedded_document",
        "Tệp chứa một văn bản khác được nhúng; hãy chép nội dung đó thành chữ trong tệp rồi tải lại.",
        "Another document is embedded in the file; copy its words into the file itself and try again.",
    )


def hidden_words(words: str) -> NotAPledgeError:
    """Words that Word does not show: what people read must be all there is."""
    return refusal(
        "hidden_words",
        f"Tệp có chữ ẩn (Hidden) “{words}”; trong Word hãy bỏ chọn Font, Hidden hoặc xóa chữ đó rồi tải lại.",
        f"The file holds hidden words, “{words}”; unhide them (Font, Hidden) or delete them and try again.",
    )
