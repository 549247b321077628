"""Acts of the history upon itself, for the story of the services."""

from __future__ import annotations

from approval.services.record_log_key import RecordLogKey, record_log_key

VKEY = "localhost/nhat-ky+35f9f2a1+AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"


def register_key() -> None:
    """The first key."""
    record_log_key(RecordLogKey(VKEY))


def rotate_key() -> None:
    """The next one."""
    record_log_key(RecordLogKey(VKEY, previous=VKEY, signature="AA=="))
