"""How much one page may be sent when it takes more than the others; uploads stay in memory and touch no disk."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import IO, Any, TypeVar

from flask import Flask, Request, current_app, request

View = TypeVar("View", bound=Callable[..., Any])
_ATTRIBUTE = "approval_largest_upload"
_MEBIBYTE = 1024 * 1024
# Field names, the form token and the lines between the parts of a form.
_FORM_AROUND = 64 * 1024


class InMemoryRequest(Request):
    """The framework would put a file of more than 500 kB into a folder for temporary files."""

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        return BytesIO()


def largest_upload(mebibytes: int) -> Callable[[View], View]:
    """Declare that a view takes a file of up to this size. Write it below the route decorator."""

    def mark(view: View) -> View:
        setattr(view, _ATTRIBUTE, mebibytes)
        return view

    return mark


def register_upload_sizes(app: Flask) -> None:
    """Before anything reads a form: set what this endpoint may be sent."""
    app.request_class = InMemoryRequest
    app.before_request(_set_limit)


def too_large_words() -> tuple[str, str] | None:
    """What to say of a file too large for this page, None where the usual limit holds."""
    most = _declared()
    if most is None:
        return None
    return (
        f"Tệp gửi lên quá lớn (tối đa {most} MB). Chọn đúng tệp, hoặc dùng lệnh approval verify trên máy của mình.",
        f"The file is too large ({most} MB at most). Choose the right file, or run approval verify on your machine.",
    )


def _set_limit() -> None:
    most = _declared()
    if most is not None:
        request.max_content_length = most * _MEBIBYTE + _FORM_AROUND


def _declared() -> int | None:
    most: int | None = getattr(current_app.view_functions.get(request.endpoint or ""), _ATTRIBUTE, None)
    return most
