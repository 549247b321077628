"""Acts of the review phase: submit, verdict, back to draft, cancel. `refusals.py` answers what they refuse."""

from __future__ import annotations

import uuid

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from approval.domain.commands import CancelPledge, GiveVerdict, RevisePledge, SubmitForReview
from approval.domain.errors import InvalidInputError
from approval.domain.states import VerdictKind
from approval.services.cancel_pledge import cancel_pledge
from approval.services.give_verdict import give_verdict
from approval.services.revise_pledge import revise_pledge
from approval.services.submit_for_review import submit_for_review
from approval.web.actor import current_actor
from approval.web.guards import Policy, policy
from approval.web.notices import tell
from approval.web.pledges.blueprint import pledges
from approval.web.pledges.days_off import remark_day_off
from approval.web.pledges.fields import deadline_field, number_field, text_field


def _back_to(pledge_id: uuid.UUID) -> Response:
    return redirect(url_for("pledges.show", pledge_id=pledge_id), 303)


@pledges.post("/<uuid:pledge_id>/gui-lay-y-kien")
@policy(Policy.COORDINATOR)
def submit(pledge_id: uuid.UUID) -> Response:
    """Freeze the draft and ask every agency."""
    deadline = deadline_field("deadline")
    submit_for_review(SubmitForReview(current_actor(), pledge_id, number_field("version"), deadline))
    remark_day_off(deadline)
    tell("ok", "Đã gửi lấy ý kiến. Thư mời đang được gửi tới các cơ quan.")
    return _back_to(pledge_id)


@pledges.post("/<uuid:pledge_id>/y-kien")
@policy(Policy.REPRESENTATIVE)
def verdict(pledge_id: uuid.UUID) -> Response:
    """Record the agency's answer to the revision named in the form."""
    give_verdict(
        GiveVerdict(
            actor=current_actor(),
            pledge_id=pledge_id,
            revision_number=number_field("revision_number"),
            revision_sha256=text_field("revision_sha256"),
            kind=_verdict_kind(),
            comment=text_field("comment"),
        )
    )
    tell("ok", "Đã ghi nhận ý kiến của Quý cơ quan. Cảm ơn Ông/Bà.")
    return _back_to(pledge_id)


def _verdict_kind() -> VerdictKind:
    raw = request.form.get("kind", "")
    if raw not in set(VerdictKind):
        raise InvalidInputError(
            "verdict-missing",
            "Chưa chọn ý kiến. Chọn Thống nhất, Thống nhất có ý kiến hoặc Đề nghị sửa rồi gửi lại.",
            "Choose agree, agree with comments or request changes, then send again.",
            field="kind",
        )
    return VerdictKind(raw)


@pledges.post("/<uuid:pledge_id>/sua-lai")
@policy(Policy.COORDINATOR)
def revise(pledge_id: uuid.UUID) -> Response:
    """Take the pledge back to draft; the next round begins."""
    revise_pledge(
        RevisePledge(
            actor=current_actor(),
            pledge_id=pledge_id,
            expected_version=number_field("version"),
            reason=text_field("reason"),
        )
    )
    tell("ok", "Văn bản đã trở về bước dự thảo. Sửa nội dung rồi gửi lấy ý kiến lần tiếp theo.")
    return redirect(url_for("pledges.edit", pledge_id=pledge_id), 303)


@pledges.post("/<uuid:pledge_id>/huy")
@policy(Policy.COORDINATOR, Policy.ADMINISTRATOR)
def cancel(pledge_id: uuid.UUID) -> Response:
    """End the pledge with a reason."""
    cancel_pledge(
        CancelPledge(
            actor=current_actor(),
            pledge_id=pledge_id,
            expected_version=number_field("version"),
            reason=text_field("reason"),
        )
    )
    tell("ok", "Đã hủy văn bản. Các cơ quan được thông báo kèm lý do.")
    return _back_to(pledge_id)
