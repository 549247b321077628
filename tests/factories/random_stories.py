"""Honest histories by chance, and chance harm done to them."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

from approval.adapters.evidence_zip import write_bundle
from approval.domain.audit_event import EventType
from approval.domain.states import State
from tests.factories.evidence_bundles import Heads, bundle_files, sealed
from tests.factories.evidence_story import PledgeStory, Story, digest
from tests.factories.log_house import LogHouse

_NOISE = (EventType.SESSION_OPENED, EventType.SESSION_CLOSED, EventType.CALENDAR_DAY_SET, EventType.KEY_ISSUED)


# What people and the system do around a pledge without moving it, at any time; and what a later version may write.
_AROUND = sorted(
    {one for one in EventType if one.startswith(("pledge:", "mail:"))}
    - {
        one
        for one in EventType
        if one.startswith(("pledge:draft:", "pledge:comment:", "pledge:sign", "pledge:verdict"))
    }
    - {EventType.REVIEW_OPENED, EventType.DOCUMENT_FINALISED, EventType.PLEDGE_CANCELLED}
)


def random_story(seed: int, house: LogHouse | None = None) -> PledgeStory:
    """A pledge of 2 to 5 agencies that lives as long as it likes, among the doings of others."""
    rng = random.Random(seed)
    story = Story(rng, None if house is None or seed % 4 == 0 else house.head)
    _noise(story)
    one = PledgeStory.begin(story, rng.randint(2, 5))
    for _ in range(rng.randint(0, 3)):
        one.save()
    while not _round(one, rng):
        _noise(story)
        _around(one, rng)
    for _ in range(rng.randint(0, 4)):
        one.say(EventType.MAIL_SENT, None, None, actor="system", data={"kind": "finished"})
        _noise(story)
        _around(one, rng)
    return one


def _around(one: PledgeStory, rng: random.Random) -> None:
    for _ in range(rng.randint(0, 3)):
        content = rng.choice([None, b"some file"])
        kind = "pledge:picture:framed" if rng.random() < 0.05 else rng.choice(_AROUND)
        one.say(kind, None, None, content, actor="observer:9", data={"file": "final"})


def _noise(story: Story) -> None:
    for _ in range(story.rng.randint(0, 4)):
        story.record(story.rng.choice(_NOISE), "administrator:9", data={"note": "việc khác"})


def _round(one: PledgeStory, rng: random.Random) -> bool:
    """One round; whether it came to an end for good."""
    one.submit()
    for _ in range(rng.randint(0, 4)):
        _talk(one, rng)
        _around(one, rng)
    if rng.random() < 0.3:
        one.verdict(rng.choice(one.agencies), "request_changes", 0)
        one.reopen(State.IN_REVIEW)
        return False
    one.agree_all()
    if rng.random() < 0.15:
        one.reopen()
        return False
    one.open()
    if rng.random() < 0.2:
        one.decline(one.sign_some(rng.randint(0, len(one.agencies) - 1)))
        return False
    if rng.random() < 0.1:
        return _given_up(one)
    one.finalise(one.sign_some(len(one.agencies)))
    return True


def _talk(one: PledgeStory, rng: random.Random) -> None:
    in_review = (State.IN_REVIEW, State.IN_REVIEW)
    kind = rng.choice((EventType.COMMENT_ADDED, EventType.COMMENT_REPLIED, EventType.COMMENT_WITHDRAWN))
    one.by_party(kind, rng.choice(one.agencies), in_review, one.draft, {"body": "Góp ý."})


def _given_up(one: PledgeStory) -> bool:
    one.files.pop("document/final.pdf")
    one.say(EventType.PLEDGE_CANCELLED, State.SIGNING, State.CANCELLED, one.draft, version=one.revision)
    return True


def random_heads(one: PledgeStory, house: LogHouse, rng: random.Random) -> Heads:
    """Some sizes, the last one over everything and witnessed."""
    every = len(one.story.fields)
    sizes = sorted({every, *(rng.randint(1, every) for _ in range(rng.randint(0, 6)))})
    return Heads(sizes, house.witnesses[: rng.randint(3, 5)], stamped=[size for size in sizes if rng.random() < 0.3])


def honest_bundle(house: LogHouse, seed: int) -> bytes:
    """A bundle of such a story."""
    one, rng = random_story(seed, house), random.Random(seed)
    return write_bundle(sealed(house, one.pledge, bundle_files(house, one, random_heads(one, house, rng))))


def harmed_bundle(house: LogHouse, seed: int) -> bytes:
    """One thing wrong, in a history signed and sealed anew by the operator, or in the finished files."""
    one, rng = random_story(seed, house), random.Random(-seed - 1)
    if rng.random() < 0.5:
        _harm_event(one, rng)
        files = bundle_files(house, one, random_heads(one, house, rng))
        return write_bundle(sealed(house, one.pledge, files))
    files = sealed(house, one.pledge, bundle_files(house, one, random_heads(one, house, rng)))
    return write_bundle(_harm_file(house, one, files, rng))


_OPENING = (EventType.SIGNING_OPENED,)
_OF_SIGNERS = (EventType.SIGNATURE_ADDED, EventType.SIGNING_DECLINED)


def _harm_event(one: PledgeStory, rng: random.Random) -> None:
    """A field of an event that the replay rests on; every link after it is mended."""
    fields = one.story.fields
    seq = rng.choice([seq for seq, facts in enumerate(fields) if facts.state_to is not None and facts.pledge])
    facts = fields[seq]
    harms: list[dict[str, Any]] = [
        {"actor": "observer:8"},
        {"state_to": State.AGREED if facts.state_to is State.SIGNING else State.SIGNING},
    ]
    # A draft that another followed is named nowhere else, nor is a file that was given up before anybody signed.
    signed = any(one.type in _OF_SIGNERS for one in fields[seq + 1 :])
    if facts.type not in {EventType.DRAFT_IMPORTED, EventType.DRAFT_SAVED, *(() if signed else _OPENING)}:
        harms.append({"doc_sha256": digest(b"another")})
    fields[seq] = replace(facts, **rng.choice(harms))


def _harm_file(house: LogHouse, one: PledgeStory, files: dict[str, bytes], rng: random.Random) -> dict[str, bytes]:
    path = rng.choice(sorted(path for path, data in files.items() if data and not path.startswith("manifest")))
    data = bytearray(files[path])
    data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    # Left as it was sealed, or left out and sealed anew.
    if rng.random() < 0.7 or not path.startswith(("log/", "document/", "opinions/")):
        return {**files, path: bytes(data)}
    rest = {name: content for name, content in files.items() if name != path}
    return sealed(house, one.pledge, rest) if not path.endswith((".note", ".tsr")) else {**files, path: bytes(data)}
