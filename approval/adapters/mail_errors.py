"""What can become of a mail that was not simply taken: later, never, or nobody knows."""

from __future__ import annotations

from approval.domain.errors import WorkNotReadyError


class MailNotSentError(WorkNotReadyError):
    """The server has not said that it took the mail. `answer` holds its words (or the fault's), on one line."""

    def __init__(self, code: str, vi: str, en: str, *, answer: str = "") -> None:
        super().__init__(code, vi, en)
        self.answer = answer


class MailDeferredError(MailNotSentError):
    """Not taken now: answered 4xx, or the line broke while the mail was not yet wholly over. Trying again is safe."""


class ServerAwayError(MailDeferredError):
    """Nobody answers, or nobody lets us in: no other mail will fare better at this moment."""


class MailRefusedError(MailNotSentError):
    """Not taken, and asking again will not help: answered 5xx, or the address is none."""


class MailUncertainError(MailNotSentError):
    """The line broke after the last word: the mail may have arrived, so only a person may have it sent again."""


# For those who look after the installation.
START_MAIL_SERVER = "Khởi động máy chủ thư, hoặc sửa APPROVAL_SMTP_HOST và APPROVAL_SMTP_PORT."


def deferred(where: str, answer: str) -> MailDeferredError:
    """For the server at `where` ("host:port"); `answer` says why, on one line."""
    return MailDeferredError(
        "mail-not-sent",
        f"Máy chủ thư {where} chưa nhận thư; hệ thống giữ thư và sẽ gửi lại. Nguyên nhân: {answer}",
        f"The mail server {where} did not take the mail; it is kept and tried again. Cause: {answer}",
        answer=answer,
    )


def refused(where: str, answer: str) -> MailRefusedError:
    """For the server at `where`; `answer` are its words."""
    return MailRefusedError(
        "mail-refused",
        f"Máy chủ thư {where} từ chối thư này. Kiểm tra địa chỉ người nhận rồi chọn Gửi lại. Trả lời: {answer}",
        f"The mail server {where} refused this mail. Check the recipient's address, then send again. Answer: {answer}",
        answer=answer,
    )


def uncertain(where: str, answer: str) -> MailUncertainError:
    """For the server at `where`; `answer` is what broke."""
    return MailUncertainError(
        "mail-uncertain",
        f"Mất kết nối với máy chủ thư {where} sau khi đã chuyển hết thư, nên chưa rõ thư có đến hay không. "
        f"Hỏi người nhận trước khi chọn Gửi lại. Nguyên nhân: {answer}",
        f"The line to the mail server {where} broke after the whole mail was handed over, so it may have arrived. "
        f"Ask the recipient before sending again. Cause: {answer}",
        answer=answer,
    )


def address_invalid(error: Exception) -> MailRefusedError:
    """For a recipient to whom no server could deliver."""
    return MailRefusedError(
        "mail-address-invalid",
        "Địa chỉ thư của người nhận không dùng được. Quản trị sửa địa chỉ rồi chọn Gửi lại.",
        f"The recipient's address cannot be used ({type(error).__name__}). Correct it, then send again.",
        answer=f"địa chỉ không hợp lệ ({type(error).__name__})",
    )
