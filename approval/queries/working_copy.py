"""What a person typed into the editor and has not saved. Ask who may see the pledge first."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from approval.models.working_copy import WorkingCopy

_COPY = select(WorkingCopy.base_version, WorkingCopy.edit_number, WorkingCopy.fields, WorkingCopy.saved_at).where(
    WorkingCopy.pledge_id == bindparam("pledge_id"), WorkingCopy.person_id == bindparam("person_id")
)


@dataclass(frozen=True, slots=True)
class WorkingCopyView:
    """The form as typed: its fields, the version it was opened on, and the number of its last autosave."""

    base_version: int
    edit_number: int
    fields: Mapping[str, Sequence[str]]
    saved_at: datetime


def load_working_copy(session: Session, pledge_id: uuid.UUID, person_id: int) -> WorkingCopyView | None:
    """The person's own copy of this pledge's draft; there is no way to ask for another's."""
    row = session.execute(_COPY, {"pledge_id": pledge_id, "person_id": person_id}).one_or_none()
    return row and WorkingCopyView(row.base_version, row.edit_number, json.loads(row.fields), row.saved_at)
