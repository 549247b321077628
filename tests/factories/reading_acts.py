"""Acts of readers: each prepares a pledge and gives the call that leaves one event."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask

from approval.domain.reading_commands import HandedFile, HandOutFile, NoteRefusal, ViewDocument
from approval.services.hand_out_file import hand_out_file
from approval.services.note_refusal import note_refusal
from approval.services.view_document import view_document
from tests.factories.review_house import make_review
from tests.factories.signing_house import SigningHouse

Prepared = Callable[[], object]


def prepare_view(app: Flask, house: SigningHouse) -> Prepared:
    """A representative reads the first revision."""
    command = ViewDocument(house.representatives[0], make_review(app, house), 1, "ab" * 32)
    return lambda: view_document(command)


def prepare_download(app: Flask, house: SigningHouse) -> Prepared:
    """The coordinator takes the draft."""
    command = HandOutFile(house.coordinator, make_review(app, house), HandedFile.DRAFT)
    return lambda: hand_out_file(command)


def prepare_print(app: Flask, house: SigningHouse) -> Prepared:
    """The observer opens the file to print it."""
    command = HandOutFile(house.observer, make_review(app, house), HandedFile.FINAL_TO_PRINT, "ab" * 32)
    return lambda: hand_out_file(command)


def prepare_refusal(app: Flask, house: SigningHouse) -> Prepared:
    """The observer asks for what is not finished."""
    command = NoteRefusal(house.observer, make_review(app, house))
    return lambda: note_refusal(command)


READING: tuple[tuple[str, str, Callable[[Flask, SigningHouse], Prepared]], ...] = (
    ("view_document", "pledge:file:viewed", prepare_view),
    ("hand_out_file", "pledge:file:downloaded", prepare_download),
    ("hand_out_file", "pledge:file:printed", prepare_print),
    ("note_refusal", "pledge:file:refused", prepare_refusal),
)
