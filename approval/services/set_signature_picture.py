"""Replace a person's blue signature picture with one they uploaded."""

from __future__ import annotations

import hashlib

from approval.adapters.signature_picture import accept_upload
from approval.domain.audit_event import EventType
from approval.domain.commands import SetSignaturePicture
from approval.domain.errors import NotAllowedError
from approval.domain.states import Role
from approval.models.signature_picture import SignaturePicture
from approval.services.unit_of_work import EventDraft, unit_of_work


def set_signature_picture(command: SetSignaturePicture) -> None:
    """Store the cleaned picture; signatures made before keep the one they were made with.

    Raises SignaturePictureError (an InvalidInputError) for what is no usable PNG, NotAllowedError for people who do
    not sign.
    """
    person_id = command.actor.person_id
    if person_id is None or command.actor.role is not Role.REPRESENTATIVE:
        raise NotAllowedError(
            "representative-only",
            "Chỉ người đại diện ký văn bản mới cần hình chữ ký. Không có gì được lưu.",
            "Only representatives, who sign, need a signature picture. Nothing was stored.",
        )
    # A hostile picture costs time to decode: not inside the transaction.
    png = accept_upload(command.content)
    with unit_of_work() as uow:
        uow.session.merge(SignaturePicture(person_id=person_id, png=png, origin="uploaded", updated_at=uow.now))
        digest = hashlib.sha256(png).hexdigest()
        uow.record(EventDraft(type=EventType.PICTURE_CHANGED, actor=command.actor, data={"png_sha256": digest}))
