"""Refusals of the PDF signing adapters."""

from __future__ import annotations

from datetime import datetime

from approval.domain.errors import PledgeError


class SigningRefusedError(PledgeError):
    """The file or the key is not in a condition to be signed; the file given is unchanged."""


class FieldMissingError(SigningRefusedError):
    """The signature field named does not exist in the file."""

    def __init__(self, field_name: str) -> None:
        super().__init__(
            "field-missing",
            f"Văn bản không có ô ký “{field_name}”. Tải lại trang; nếu vẫn lỗi, báo Thư ký Khối mở ký lại.",
            f"The document has no signature field {field_name}. Reload; if it stays, ask the coordinator to open "
            "signing again.",
        )


class FieldAlreadySignedError(SigningRefusedError):
    """The signature field is not empty."""

    def __init__(self, field_name: str) -> None:
        super().__init__(
            "field-already-signed",
            f"Ô ký “{field_name}” đã có chữ ký. Tải lại trang để xem bản mới nhất.",
            f"Signature field {field_name} is already signed. Reload to see the newest document.",
        )


class NotReadyToSealError(SigningRefusedError):
    """Something that must be in the file before sealing is missing: `missing` names the fields."""

    def __init__(self, missing: tuple[str, ...]) -> None:
        names = ", ".join(missing)
        super().__init__(
            "not-ready-to-seal",
            f"Chưa thể niêm phong: còn thiếu {names}. Chờ đủ chữ ký rồi hệ thống tự hoàn thiện.",
            f"The document cannot be sealed yet: {names} missing. It is finished once everybody has signed.",
        )
        self.missing = missing


class CertificateNotUsableError(SigningRefusedError):
    """The signer's certificate is outside its days or was taken back."""

    def __init__(self, why_vi: str, why_en: str) -> None:
        super().__init__(
            "certificate-not-usable",
            f"Chứng thư chữ ký số {why_vi} nên không ký được. Liên hệ Quản trị để được cấp chứng thư mới.",
            f"The signing certificate {why_en}. Ask the administrator for a new one.",
        )


def outside_validity(not_before: datetime, not_after: datetime, now: datetime) -> CertificateNotUsableError | None:
    """The refusal for a certificate outside its days, None when inside (all aware UTC)."""
    if now < not_before:
        return CertificateNotUsableError("chưa đến ngày có hiệu lực", "is not valid yet")
    if now > not_after:
        return CertificateNotUsableError("đã hết hiệu lực", "has expired")
    return None


class UnreadableDocumentError(SigningRefusedError):
    """The bytes cannot be read as the PDF this product made."""

    def __init__(self) -> None:
        super().__init__(
            "document-unreadable",
            "Tệp văn bản không đọc được nên không ký. Báo Quản trị kiểm tra kho tệp.",
            "The document file cannot be read, so nothing was signed. Ask the administrator to check the file store.",
        )


class SigningFailedError(SigningRefusedError):
    """The signing machinery refused; the cause is in the log and in `__cause__`."""

    def __init__(self) -> None:
        super().__init__(
            "signing-failed",
            "Chưa ký được văn bản do lỗi cấu hình chứng thư hoặc dấu thời gian. Báo Quản trị chạy “approval doctor”.",
            "The document could not be signed because certificates or time stamps are not set up right. Ask the "
            "administrator to run “approval doctor”.",
        )
