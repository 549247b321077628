"""Which keys an installation vouches for, whatever stands in its database."""

from __future__ import annotations

import pytest

from approval.adapters.ed25519 import NoteSigner, verify_ed25519
from approval.domain.log_keys import LogKey, believed_keys
from approval.domain.log_signing import rotation_statement
from approval.domain.strict_base64 import encode

FIRST, SECOND, STRANGER = (NoteSigner.generate("khoi.example/nhat-ky") for _ in range(3))
BEGIN = LogKey(0, FIRST.key.vkey, None, "")


def handed_over(old: NoteSigner, new: NoteSigner, *, signed_by: NoteSigner) -> LogKey:
    signature = signed_by.sign(rotation_statement(old.key.vkey, new.key.vkey))
    return LogKey(7, new.key.vkey, old.key.vkey, encode(signature))


def test_the_first_key_and_its_signed_successors_are_believed() -> None:
    chain = [BEGIN, handed_over(FIRST, SECOND, signed_by=FIRST)]
    assert believed_keys(chain, (), verify_ed25519) == (FIRST.key.vkey, SECOND.key.vkey)
    assert believed_keys([], (), verify_ed25519) == ()


@pytest.mark.parametrize(
    "added",
    [
        LogKey(9, STRANGER.key.vkey, None, ""),
        LogKey(9, STRANGER.key.vkey, FIRST.key.vkey, ""),
        LogKey(9, STRANGER.key.vkey, FIRST.key.vkey, "?"),
        LogKey(9, "?", FIRST.key.vkey, encode(bytes(64))),
        handed_over(FIRST, STRANGER, signed_by=STRANGER),
        handed_over(STRANGER, SECOND, signed_by=STRANGER),
    ],
    ids=["first again", "unsigned", "no base64", "no key", "signed by itself", "after a stranger"],
)
def test_a_key_that_somebody_wrote_into_the_database_is_not(added: LogKey) -> None:
    assert believed_keys([BEGIN, added], (), verify_ed25519) == (FIRST.key.vkey,)


def test_a_pinned_key_replaces_a_lost_one() -> None:
    lost = LogKey(9, SECOND.key.vkey, FIRST.key.vkey, "")
    after = handed_over(SECOND, STRANGER, signed_by=SECOND)
    assert believed_keys([BEGIN, lost, after], [SECOND.key], verify_ed25519) == (SECOND.key.vkey, STRANGER.key.vkey)
