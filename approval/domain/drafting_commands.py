"""Commands of the draft editor beside saving: autosave, and findings that are let stand."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from approval.domain.commands import Actor


@dataclass(frozen=True, slots=True)
class SaveWorkingCopy:
    """Keep what is typed and not saved. `fields` is the form as typed, `base_version` the version it was opened on.

    `edit_number` is the number the last autosave of this tab was given, 0 for its first.
    """

    actor: Actor
    pledge_id: uuid.UUID
    base_version: int
    edit_number: int
    fields: Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class DiscardWorkingCopy:
    """Throw away what was typed and not saved."""

    actor: Actor
    pledge_id: uuid.UUID


@dataclass(frozen=True, slots=True)
class DismissFinding:
    """Let a proofreading finding stand. `fingerprint` is 64 hex digits, `rule` such as "W01", `found` the words."""

    actor: Actor
    pledge_id: uuid.UUID
    rule: str
    found: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class RestoreFinding:
    """Show a dismissed finding again."""

    actor: Actor
    pledge_id: uuid.UUID
    fingerprint: str
