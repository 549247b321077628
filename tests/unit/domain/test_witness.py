"""Each sentence of the specification of witnesses, and what a forged history gets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from approval.adapters.ed25519 import NoteSigner, verify_ed25519
from approval.domain.checkpoint import Checkpoint
from approval.domain.signed_note import (
    KeyType,
    NoteError,
    SignedNote,
    cosignature_time,
    make_signature,
    parse_note,
    parse_signature,
    signed_by,
)
from approval.domain.witness import SIZE_TYPE, AddCheckpoint, RefusedError, Status, Witness, cosign, judge
from tests.factories.forked_log import ORIGIN, ForkedLog, leaf
from tests.factories.merkle_tree import StoredTree

LOG = ForkedLog()
SIGNER = NoteSigner.generate("so-noi-vu.example", KeyType.COSIGNATURE)
WITNESS = Witness(SIGNER.key, (LOG.signer.key,), SIGNER.sign, verify_ed25519)
HONEST = StoredTree(leaf(number) for number in range(20))
FORK = StoredTree(leaf("x" if number == 3 else number) for number in range(20))
HELD: dict[str, Checkpoint] = {ORIGIN: LOG.head(HONEST, 8)}


NOTHING: dict[str, Checkpoint] = {}


def answer(data: bytes, held: dict[str, Checkpoint] = HELD) -> tuple[Status, bytes]:
    with pytest.raises(RefusedError) as refused:
        judge(WITNESS, data, held.get)
    return refused.value.answer.status, refused.value.answer.body


@pytest.mark.parametrize("size", [0, 1, 20])
def test_the_first_head_of_a_log_is_taken_as_it_is(size: int) -> None:
    request = LOG.request(HONEST, old=0, size=size)
    assert judge(WITNESS, request.data, NOTHING.get) == LOG.head(HONEST, size)


@pytest.mark.parametrize("size", [8, 9, 20])
def test_a_head_that_continues_the_last_one_is_signed(size: int) -> None:
    head = judge(WITNESS, LOG.request(HONEST, old=8, size=size).data, HELD.get)
    assert head == LOG.head(HONEST, size)
    reply = cosign(WITNESS, head, 1715738400)
    assert reply.status is Status.COSIGNED
    line = parse_signature(reply.body.decode().removesuffix("\n"))
    assert signed_by(SignedNote(head.text, (line,)), SIGNER.key, verify_ed25519) == line
    assert cosignature_time(line) == 1715738400


def test_a_request_reads_back() -> None:
    request = LOG.request(HONEST, old=8)
    assert AddCheckpoint.from_data(request.data) == request
    assert AddCheckpoint.from_data(replace(request, proof=()).data).proof == ()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data[:0],
        lambda data: data.replace(b"old 8", b"new 8"),
        lambda data: data.replace(b"old 8", b"old 08"),
        lambda data: data.replace(b"old 8", b"old -8"),
        lambda data: data.replace(b"old 8\n", b"old 8\nAAAA\n"),
        lambda data: data.replace(b"old 8\n", b"old 8\n" + (data.split(b"\n")[1] + b"\n") * 63),
        lambda data: data.replace(b"old 8\n", "old 8\né\n".encode()),
        lambda data: data.partition(b"\n\n")[0] + b"\n\n",
        lambda data: data.replace(ORIGIN.encode() + b"\n20\n", ORIGIN.encode() + b"\n020\n"),
    ],
    ids=["empty", "no old", "zeroes", "negative", "short hash", "64 hashes", "not ASCII", "no note", "size"],
)  # fmt: skip
def test_what_is_no_request(spoil: Callable[[bytes], bytes]) -> None:
    assert answer(spoil(LOG.request(HONEST, old=8).data))[0] is Status.MALFORMED


def test_an_old_size_above_the_head_is_malformed() -> None:
    assert answer(LOG.request(HONEST, old=9, size=8).data)[0] is Status.MALFORMED


def test_an_unknown_log_is_not_found() -> None:
    other = ForkedLog(NoteSigner.generate("khoi-khac.example/nhat-ky"))
    assert answer(other.request(HONEST, old=0).data, NOTHING)[0] is Status.UNKNOWN_LOG


def test_a_head_signed_with_another_key_is_forbidden() -> None:
    other = ForkedLog(NoteSigner.generate(ORIGIN))
    assert answer(other.request(HONEST, old=8).data)[0] is Status.NOT_SIGNED


def test_a_wrong_signature_under_the_known_key_is_forbidden() -> None:
    note = parse_note(LOG.note(LOG.head(HONEST)))
    forged = make_signature(LOG.signer.key, bytes(64))
    request = AddCheckpoint(8, (), SignedNote(note.text, (forged,)).data)
    assert answer(request.data)[0] is Status.NOT_SIGNED


def test_signatures_of_strangers_beside_the_known_one_are_ignored() -> None:
    note = parse_note(LOG.note(LOG.head(HONEST)))
    stranger = NoteSigner.generate(ORIGIN)
    lines = (make_signature(stranger.key, bytes(64)), *note.signatures)
    request = replace(LOG.request(HONEST, old=8), note=SignedNote(note.text, lines).data)
    assert judge(WITNESS, request.data, HELD.get).size == 20


def test_after_a_rotation_either_key_of_the_log_will_do() -> None:
    new = ForkedLog(NoteSigner.generate(ORIGIN))
    both = replace(WITNESS, logs=(LOG.signer.key, new.signer.key))
    assert judge(both, new.request(HONEST, old=8).data, HELD.get).size == 20


@pytest.mark.parametrize("old", [0, 5, 12])
def test_another_old_size_is_told_the_one_held(old: int) -> None:
    with pytest.raises(RefusedError) as refused:
        judge(WITNESS, LOG.request(HONEST, old=old).data, HELD.get)
    reply = refused.value.answer
    assert (reply.status, reply.body, reply.content_type) == (Status.CONFLICT, b"8\n", SIZE_TYPE)


def test_a_stranger_to_the_witness_is_told_zero() -> None:
    assert answer(LOG.request(HONEST, old=8).data, NOTHING) == (Status.CONFLICT, b"0\n")


def test_another_head_of_the_size_held_is_a_conflict_without_a_size() -> None:
    status, words = answer(LOG.request(FORK, old=8, size=8).data)
    assert status is Status.CONFLICT
    assert b"another head" in words


def test_an_empty_tree_has_one_root_only() -> None:
    request = AddCheckpoint(0, (), LOG.note(Checkpoint(ORIGIN, 0, bytes(32))))
    assert answer(request.data, NOTHING)[0] is Status.CONFLICT


@pytest.mark.parametrize("size", [9, 20])
def test_a_fork_is_not_consistent_whatever_it_proves(size: int) -> None:
    own, honest = LOG.request(FORK, old=8, size=size), LOG.request(HONEST, old=8, size=size)
    for proof in (own.proof, honest.proof, ()):
        assert answer(replace(own, proof=proof).data)[0] is Status.NOT_CONSISTENT


def test_a_proof_where_none_belongs_is_refused() -> None:
    same = replace(LOG.request(HONEST, old=8, size=8), proof=(leaf(1),))
    assert answer(same.data)[0] is Status.NOT_CONSISTENT
    first = replace(LOG.request(HONEST, old=0), proof=(leaf(1),))
    assert answer(first.data, NOTHING)[0] is Status.NOT_CONSISTENT


def test_a_refusal_ends_in_a_line_break() -> None:
    assert answer(b"x")[1].endswith(b"\n")
    with pytest.raises(NoteError):
        AddCheckpoint.from_data(b"x")
