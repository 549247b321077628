"""Acts of the coordinator on reminders: see why, nudge, pause, resume, another person, policy or deadline."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import wraps

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from approval.domain.errors import AlreadyDoneError, InvalidInputError, NotFoundError, PledgeError
from approval.domain.reminder_commands import (
    MoveDeadline,
    NudgeParty,
    PauseReminders,
    ReplaceRepresentative,
    ResumeReminders,
    SetReminderPolicy,
)
from approval.domain.reminder_policy import Stage
from approval.extensions import db, parts
from approval.queries.reminder_page import load_reminder_page
from approval.services.move_deadline import move_deadline
from approval.services.nudge_party import nudge_party
from approval.services.pause_reminders import pause_reminders
from approval.services.replace_representative import replace_representative
from approval.services.resume_reminders import resume_reminders
from approval.services.set_reminder_policy import set_reminder_policy
from approval.web.actor import current_actor, current_viewer
from approval.web.guards import Policy, policy
from approval.web.notices import tell
from approval.web.pledges.blueprint import pledges
from approval.web.pledges.fields import deadline_field, number_field, text_field
from approval.web.pledges.policy_form import PolicyForm
from approval.web.pledges.reminding_page import Refused, render_reminders


@pledges.get("/<uuid:pledge_id>/nhac-viec")
@policy(Policy.COORDINATOR, Policy.ADMINISTRATOR)
def reminders(pledge_id: uuid.UUID) -> Response:
    """Agency by agency what was sent and why there is nothing today; `xem=lich` previews another policy."""
    if request.args.get("xem") != "lich":
        return render_reminders(pledge_id)
    form = PolicyForm.read(request.args)
    try:
        return render_reminders(pledge_id, form=form, previews=True)
    except InvalidInputError as error:
        return render_reminders(pledge_id, form=form, refused=Refused(error, "set_policy", None, request.args))


@pledges.get("/<uuid:pledge_id>/thu-nhac")
@policy(Policy.REPRESENTATIVE)
def own_reminders(pledge_id: uuid.UUID) -> str:
    """What a representative's own agency was sent; a page of its own, for most visits are not about it."""
    now = parts().clock.now()
    page = load_reminder_page(db.session(), current_viewer(), pledge_id, now=now)
    return render_template("pledges/own_reminders.html", page=page, now=now)


Act = Callable[..., str]


def _answered_here(act: Act) -> Callable[..., Response]:
    """Do it and go back to the page with the sentence the view gives; a refusal is shown there with what was typed."""

    @wraps(act)
    def view(pledge_id: uuid.UUID, **place: int) -> Response:
        try:
            sentence = act(pledge_id, **place)
        except (AlreadyDoneError, NotFoundError):
            raise
        except PledgeError as error:
            form = PolicyForm.read(request.form) if request.endpoint == "pledges.set_policy" else None
            return render_reminders(pledge_id, form=form, refused=Refused.of_request(error))
        tell("ok", sentence)
        anchor = f"cq-{place['party_id']}" if "party_id" in place else None
        return redirect(url_for("pledges.reminders", pledge_id=pledge_id, _anchor=anchor), 303)

    return view


@pledges.post("/<uuid:pledge_id>/nhac-viec/cach-nhac")
@policy(Policy.COORDINATOR)
@_answered_here
def set_policy(pledge_id: uuid.UUID) -> str:
    """Another policy for the stage the form was opened on."""
    wanted = PolicyForm.read(request.form).policy()
    set_reminder_policy(SetReminderPolicy(current_actor(), pledge_id, _stage(), wanted))
    return "Đã lưu cách nhắc. Các lần nhắc sắp tới theo lịch mới; thư đã gửi giữ nguyên."


@pledges.post("/<uuid:pledge_id>/nhac-viec/han")
@policy(Policy.COORDINATOR)
@_answered_here
def set_deadline(pledge_id: uuid.UUID) -> str:
    """Another deadline for the stage that is open."""
    move_deadline(
        MoveDeadline(
            actor=current_actor(),
            pledge_id=pledge_id,
            expected_version=number_field("version"),
            deadline=deadline_field("deadline"),
            reason=text_field("reason"),
        )
    )
    return "Đã đổi hạn. Các cơ quan chưa xong được báo hạn mới; lịch nhắc tính lại."


@pledges.post("/<uuid:pledge_id>/nhac-viec/<int:party_id>/nhac-ngay")
@policy(Policy.COORDINATOR)
@_answered_here
def nudge(pledge_id: uuid.UUID, party_id: int) -> str:
    """Remind one agency now."""
    nudge_party(NudgeParty(current_actor(), pledge_id, party_id))
    return "Đã ghi lệnh nhắc; thư đi trong giờ làm việc gần nhất (07:30–17:00)."


@pledges.post("/<uuid:pledge_id>/nhac-viec/<int:party_id>/tam-dung")
@policy(Policy.COORDINATOR)
@_answered_here
def pause(pledge_id: uuid.UUID, party_id: int) -> str:
    """Hold back one agency's reminders."""
    pause_reminders(PauseReminders(current_actor(), pledge_id, party_id, text_field("reason")))
    return "Đã tạm dừng nhắc cơ quan này. Hạn không thay đổi."


@pledges.post("/<uuid:pledge_id>/nhac-viec/<int:party_id>/nhac-tiep")
@policy(Policy.COORDINATOR)
@_answered_here
def resume(pledge_id: uuid.UUID, party_id: int) -> str:
    """Let them go on."""
    resume_reminders(ResumeReminders(current_actor(), pledge_id, party_id))
    return "Đã nhắc tiếp theo lịch; các lần đến hạn trong lúc tạm dừng không gửi bù."


@pledges.post("/<uuid:pledge_id>/nhac-viec/<int:party_id>/nguoi-dai-dien")
@policy(Policy.COORDINATOR, Policy.ADMINISTRATOR)
@_answered_here
def replace_person(pledge_id: uuid.UUID, party_id: int) -> str:
    """Somebody else acts for one agency."""
    replace_representative(
        ReplaceRepresentative(
            actor=current_actor(),
            pledge_id=pledge_id,
            party_id=party_id,
            replaces=number_field("replaces"),
            person_id=_chosen_person(),
        )
    )
    return "Đã đổi người đại diện. Người mới nhận thư mời; người trước không nhận thêm thư về văn bản này."


def _chosen_person() -> int:
    if not request.form.get("person_id"):
        raise InvalidInputError(
            "representative-missing",
            "Chưa chọn người đại diện mới. Chọn một người trong danh sách rồi bấm Đổi người đại diện.",
            "Nobody is chosen. Choose a person from the list, then send again.",
            field="person_id",
        )
    return number_field("person_id")


def _stage() -> Stage:
    raw = request.form.get("stage", "")
    if raw not in set(Stage):
        raise InvalidInputError(
            "form-damaged",
            "Biểu mẫu gửi lên thiếu thông tin. Tải lại trang rồi gửi lại.",
            "The form is incomplete. Reload the page and send it again.",
            field="stage",
        )
    return Stage(raw)
