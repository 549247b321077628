"""Commands about reading: what people looked at, took away, or were not allowed to see."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from enum import StrEnum

from approval.domain.commands import Actor


class HandedFile(StrEnum):
    """Files of a pledge that leave the system."""

    FINAL = "final"
    FINAL_TO_PRINT = "final_to_print"
    RENEWED = "renewed"
    OPENED = "opened"
    STOPPED = "stopped"
    DRAFT = "draft"
    DRAFT_WORD = "draft_word"
    OPINIONS = "opinions"
    VERIFICATION_SHEET = "verification_sheet"
    HISTORY = "history"
    EVIDENCE = "evidence"


@dataclass(frozen=True, slots=True)
class ViewDocument:
    """A person has a text or file before them: `revision` its number (0: the unsent draft), `sha256` its hash."""

    actor: Actor
    pledge_id: uuid.UUID
    revision: int
    sha256: str | None


@dataclass(frozen=True, slots=True)
class HandOutFile:
    """A file is about to be sent; `sha256` where its bytes are kept under it."""

    actor: Actor
    pledge_id: uuid.UUID
    file: HandedFile
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class NoteRefusal:
    """A signed-in person asked for a page of a pledge that is not theirs to see."""

    actor: Actor
    pledge_id: uuid.UUID
