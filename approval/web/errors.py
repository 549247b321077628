"""Refusals to status codes and to one page of clear words. Nowhere else in the product are these decided."""

from __future__ import annotations

from http import HTTPStatus

from flask import Flask, current_app, redirect, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.wrappers import Response

from approval.domain.errors import (
    AlreadyDoneError,
    BusyError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    PledgeError,
    ReceiptNotReadyError,
    StaleTextError,
    TransitionRefusedError,
    WorkNotReadyError,
)
from approval.extensions import db
from approval.web.notices import tell
from approval.web.own_paths import page_above
from approval.web.upload_size import too_large_words

STATUS_OF: dict[type[PledgeError], int] = {
    InvalidInputError: 422,
    NotFoundError: 404,
    NotAllowedError: 403,
    TransitionRefusedError: 409,
    StaleTextError: 409,
    ReceiptNotReadyError: 409,
    BusyError: 503,
    WorkNotReadyError: 503,
}
_RETRY_SECONDS = "5"
_WORDS: dict[int, tuple[str, str]] = {
    400: (
        "Yêu cầu gửi lên không đọc được. Tải lại trang rồi thử lại.",
        "The request could not be read. Reload the page and try again.",
    ),
    401: ("Ông/Bà cần đăng nhập để xem trang này.", "Sign in to see this page."),
    403: ("Ông/Bà không có quyền xem trang này.", "You may not see this page."),
    404: (
        "Không tìm thấy trang này. Kiểm tra lại đường dẫn hoặc mở từ mục Việc cần xử lý.",
        "No such page. Check the address, or open it from your task list.",
    ),
    405: (
        "Trang này không nhận thao tác vừa gửi. Trở lại trang trước rồi dùng nút trên trang.",
        "This page does not accept that action. Go back and use the buttons on the page.",
    ),
    413: (
        "Tệp gửi lên quá lớn (tối đa 2 MB). Chọn tệp nhỏ hơn rồi gửi lại.",
        "The upload is too large (2 MB at most). Choose a smaller file and send it again.",
    ),
    429: (
        "Ông/Bà thao tác quá nhanh. Chờ một phút rồi thử lại.",
        "Too many requests. Wait a minute and try again.",
    ),
    500: (
        "Hệ thống gặp lỗi khi xử lý, chưa có gì được ghi. Thử lại sau ít phút; nếu vẫn lỗi, báo Quản trị.",
        "Something went wrong and nothing was recorded. Try again shortly; if it persists, tell the administrator.",
    ),
    503: (
        "Hệ thống đang bận. Chờ ít giây rồi thử lại.",
        "The system is busy. Wait a few seconds and try again.",
    ),
}
_TITLES = {
    400: "Yêu cầu chưa hợp lệ",
    403: "Không có quyền",
    404: "Không tìm thấy",
    405: "Thao tác không phù hợp",
    409: "Chưa thực hiện được",
    413: "Tệp quá lớn",
    422: "Thông tin chưa dùng được",
    429: "Quá nhiều yêu cầu",
    500: "Lỗi hệ thống",
    503: "Đang bận",
}


def register_errors(app: Flask) -> None:
    """Answer every refusal and every fault with a page."""
    app.register_error_handler(AlreadyDoneError, answer_already_done)
    app.register_error_handler(PledgeError, answer_refusal)
    app.register_error_handler(CSRFError, answer_form_expired)
    app.register_error_handler(HTTPException, answer_http_error)
    app.register_error_handler(Exception, answer_fault)


def status_of(error: PledgeError) -> int:
    """The status code of a refusal, by the nearest class in the table; 409 for a kind that is not in it."""
    return next((STATUS_OF[kind] for kind in type(error).__mro__ if kind in STATUS_OF), HTTPStatus.CONFLICT)


def answer_already_done(error: AlreadyDoneError) -> Response:
    """A friendly notice on the page above, not an error."""
    tell("note", error.vi)
    return redirect(page_above(request.path), 303)


def answer_refusal(error: PledgeError) -> Response:
    """One sentence in Vietnamese, one in English, and the status code of the table."""
    return error_page(status_of(error), error.vi, error.en)


def answer_form_expired(error: CSRFError) -> Response:
    """A missing or foreign CSRF token: usually a page left open through a sign-out."""
    current_app.logger.info("form token refused at %s: %s", request.path, error.description)
    return error_page(
        400,
        "Biểu mẫu này đã hết hiệu lực, chưa có gì được ghi. Tải lại trang rồi gửi lại.",
        "This form is no longer valid and nothing was recorded. Reload the page and send it again.",
    )


def answer_http_error(error: HTTPException) -> Response:
    """Framework errors in our words; redirects pass as they are."""
    status = error.code or 500
    if status < HTTPStatus.BAD_REQUEST:
        return error.get_response()
    vi, en = _WORDS.get(status, _WORDS[500 if status >= HTTPStatus.INTERNAL_SERVER_ERROR else 400])
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        vi, en = too_large_words() or (vi, en)
    answer = error_page(status, vi, en)
    for name, value in error.get_headers():
        if name in {"Allow", "Retry-After"}:
            answer.headers[name] = value
    return answer


def answer_fault(error: Exception) -> Response:
    """A fault of ours: log it whole, tell the person little."""
    current_app.logger.error("unexpected fault at %s %s", request.method, request.path, exc_info=error)
    db.session.rollback()
    return error_page(500, *_WORDS[500])


def error_page(status: int, vi: str, en: str) -> Response:
    """The page of words. A host name we do not trust gets a bare one: links cannot be made there."""
    untrusted_host = isinstance(request.routing_exception, SecurityError)
    template = "errors/bare.html" if untrusted_host else "errors/error.html"
    title = _TITLES.get(status, "Chưa thực hiện được")
    answer = current_app.make_response((render_template(template, title=title, vi=vi, en=en, status=status), status))
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        answer.headers["Retry-After"] = _RETRY_SECONDS
    return answer
