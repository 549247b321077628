"""Hồ sơ cá nhân: password, PIN of the signing key, signature picture, recorded authorities."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from approval.adapters.key_store import WrongPinError
from approval.domain.commands import ChangePassword, ChangePin, SetSignaturePicture
from approval.domain.errors import InvalidInputError, NotAllowedError, PledgeError
from approval.domain.pin_policy import PinShapeError
from approval.extensions import db, limiter, parts
from approval.queries.profile import load_profile, own_picture
from approval.services.change_password import change_password
from approval.services.change_pin import change_pin
from approval.services.set_signature_picture import set_signature_picture
from approval.web.actor import current_actor, signed_in
from approval.web.errors import status_of
from approval.web.guards import Policy, policy
from approval.web.notices import tell
from approval.web.session_loader import set_session_cookie

profile = Blueprint("profile", __name__, url_prefix="/ho-so")

# The services lock accounts and keys by themselves; this only keeps expensive key derivations few.
_TRIES = "20 per minute"
_PIN_REPEAT, _PASSWORD_REPEAT = "new_pin_repeat", "new_password_repeat"


@profile.get("")
@policy(Policy.SIGNED_IN)
def index() -> AnyResponse:
    """The account page."""
    return _page()


@profile.post("/mat-khau")
@limiter.limit(_TRIES)
@policy(Policy.SIGNED_IN)
def password() -> AnyResponse:
    """Change the password; every other browser is signed out, this one gets a new session."""
    try:
        _require_same(
            "new_password", _PASSWORD_REPEAT, "Hai lần nhập mật khẩu mới chưa giống nhau. Nhập lại mật khẩu mới."
        )
        token = change_password(
            ChangePassword(
                actor=current_actor(),
                session_token=signed_in().session_token,
                current_password=request.form.get("current_password", ""),
                new_password=request.form.get("new_password", ""),
            )
        )
    except (InvalidInputError, NotAllowedError) as refusal:
        return _page(form="password", refusal=refusal)
    tell("ok", "Đã đổi mật khẩu. Các thiết bị khác đã bị đăng xuất.")
    answer = redirect(url_for("profile.index"), 303)
    set_session_cookie(answer, token)
    return answer


@profile.post("/ma-pin")
@limiter.limit(_TRIES)
@policy(Policy.REPRESENTATIVE)
def pin() -> AnyResponse:
    """Change the PIN of the signing key."""
    try:
        _require_same("new_pin", _PIN_REPEAT, "Hai lần nhập mã PIN mới chưa giống nhau. Nhập lại mã PIN mới.")
        change_pin(
            ChangePin(
                actor=current_actor(),
                current_pin=request.form.get("current_pin", ""),
                new_pin=request.form.get("new_pin", ""),
            )
        )
    except (InvalidInputError, NotAllowedError) as refusal:
        return _page(form="pin", refusal=_of_pin_field(refusal))
    tell("ok", "Đã đổi mã PIN. Dùng mã mới từ lần ký sau.")
    return redirect(url_for("profile.index"), 303)


@profile.post("/mau-chu-ky")
@limiter.limit(_TRIES)
@policy(Policy.REPRESENTATIVE)
def picture() -> AnyResponse:
    """Replace the signature picture."""
    upload = request.files.get("picture")
    try:
        set_signature_picture(
            SetSignaturePicture(actor=current_actor(), content=upload.read() if upload is not None else b"")
        )
    except InvalidInputError as refusal:
        return _page(form="picture", refusal=refusal)
    tell("ok", "Đã thay mẫu chữ ký. Xem lại ảnh bên dưới.")
    return redirect(url_for("profile.index", _anchor="mau-chu-ky"), 303)


@profile.get("/mau-chu-ky.png")
@policy(Policy.REPRESENTATIVE)
def picture_image() -> Response:
    """The person's own picture; there is no way to ask for another's."""
    return Response(own_picture(db.session(), signed_in().person_id), mimetype="image/png")


def _require_same(field: str, repeat: str, sentence: str) -> None:
    if request.form.get(field, "") != request.form.get(repeat, ""):
        raise InvalidInputError(
            "repeat-differs", sentence, "The two entries differ. Type the new one again.", field=repeat
        )


def _of_pin_field(refusal: InvalidInputError | NotAllowedError) -> InvalidInputError | NotAllowedError:
    """A wrong PIN in the words of this form: the key store's speak of signing."""
    if isinstance(refusal, PinShapeError):
        return InvalidInputError(refusal.code, refusal.vi, refusal.en, field="current_pin")
    if not isinstance(refusal, WrongPinError):
        return refusal
    return InvalidInputError(
        "wrong-pin",
        f"Mã PIN hiện tại chưa đúng. {refusal.next_vi}",
        f"The current PIN is wrong. {refusal.next_en}",
        field="current_pin",
    )


def _page(*, form: str = "", refusal: PledgeError | None = None) -> AnyResponse:
    """The page; after a refusal with its sentence at the field, or above the form it belongs to."""
    field = refusal.field if isinstance(refusal, InvalidInputError) else None
    html = render_template(
        "profile/index.html",
        profile=load_profile(db.session(), signed_in().person_id, now=parts().clock.now()),
        form=form,
        refusal=refusal.vi if refusal else "",
        field_at_fault=field or "",
    )
    answer = make_response(html, status_of(refusal) if refusal else 200)
    # The one page with a script: drawing a signature cannot be done without.
    answer.headers["Content-Security-Policy"] = "script-src 'self'"
    return answer
