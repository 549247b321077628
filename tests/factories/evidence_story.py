"""A history written in memory: pledges that live as the services would let them, with noise of others between."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from approval.domain.audit_event import AuditFields, EventType, build_payload, leaf_hash
from approval.domain.merkle import root_of
from approval.domain.states import State

MAY_2 = datetime(2024, 5, 2, 1, 0, tzinfo=UTC)


@dataclass
class Story:
    """`fields[i]` is event i without its links, which `payloads` puts in; `sign_head` puts heads into seals."""

    rng: random.Random
    sign_head: Callable[[int, bytes], bytes] | None = None
    now: datetime = MAY_2
    fields: list[AuditFields] = field(default_factory=list)
    kinds: dict[int, str] = field(default_factory=dict)

    def record(self, kind: EventType | str, actor: str, **facts: Any) -> int:
        """Append an event a little later; returns its number."""
        self.now += timedelta(seconds=self.rng.randint(0, 3000), microseconds=self.rng.randint(0, 999999))
        salt = self.rng.randbytes(16)
        known = kind if isinstance(kind, EventType) else EventType.MAIL_SENT
        self.fields.append(AuditFields(len(self.fields), self.now, known, actor, salt, **facts))
        if known != kind:
            self.kinds[len(self.fields) - 1] = str(kind)
        return len(self.fields) - 1

    def payloads(self) -> list[bytes]:
        """Bytes of every event, numbered and linked anew: what an operator with the whole database can always do."""
        written: list[bytes] = []
        last: dict[str, tuple[int, bytes]] = {}
        for seq, facts in enumerate(self.fields):
            number, previous = last.get(facts.pledge or "", (-1, b""))
            links: dict[str, Any] = {}
            if facts.pledge is not None:
                links = {"pledge_seq": number + 1, "pledge_prev": previous or None}
            payload = build_payload(replace(facts, seq=seq, **links))
            if seq in self.kinds:
                payload = payload.replace(b'"mail:message:sent"', f'"{self.kinds[seq]}"'.encode())
            written.append(payload)
            if facts.pledge is not None:
                last[facts.pledge] = (number + 1, leaf_hash(payload))
        return written

    def text(self) -> bytes:
        """A file nobody wrote before."""
        return self.rng.randbytes(24).hex().encode()


def digest(content: bytes) -> str:
    """SHA-256 in hex."""
    return sha256(content).hexdigest()


@dataclass
class PledgeStory:
    """One pledge in a story, and the files its events speak of."""

    story: Story
    agencies: tuple[int, ...]
    pledge: str
    files: dict[str, bytes] = field(default_factory=dict)
    draft: bytes = b""
    revision: int = 0
    signing: int = 0
    unsigned: list[int] = field(default_factory=list)

    @classmethod
    def begin(cls, story: Story, agencies: int) -> PledgeStory:
        """A draft."""
        one = cls(story, tuple(range(11, 11 + agencies)), str(uuid.UUID(bytes=story.rng.randbytes(16))))
        one.draft = story.text()
        one.say(EventType.DRAFT_IMPORTED, None, State.DRAFT, one.draft, data={"agencies": list(one.agencies)})
        return one

    def say(
        self,
        kind: EventType | str,
        before: State | None,
        after: State | None,
        content: bytes | None = None,
        *,
        actor: str = "coordinator:1",
        agency: int | None = None,
        version: int | None = None,
        data: Mapping[str, Any] | None = None,
    ) -> int:
        """One event of this pledge."""
        return self.story.record(
            kind,
            actor,
            agency=agency,
            pledge=self.pledge,
            doc_sha256=None if content is None else digest(content),
            version=version,
            state_from=before,
            state_to=after,
            data=data or {},
        )

    def save(self) -> int:
        """Another draft."""
        self.draft = self.story.text()
        return self.say(EventType.DRAFT_SAVED, State.DRAFT, State.DRAFT, self.draft)

    def submit(self) -> int:
        """The draft goes out."""
        self.revision += 1
        self.files[f"document/revisions/{self.revision}.json"] = self.draft
        data = {"agencies": list(self.agencies), "round": self.revision}
        return self.say(
            EventType.REVIEW_OPENED, State.DRAFT, State.IN_REVIEW, self.draft, version=self.revision, data=data
        )

    def verdict(self, agency: int, kind: str, agreed: int) -> int:
        """`agreed`: how many agencies agree now, this one included."""
        everybody = agreed == len(self.agencies)
        fired = ["agreement_reached"] if everybody else []
        data = {"agreed_count": agreed, "comment": "", "comment_count": 0, "fired": fired, "kind": kind}
        after = State.AGREED if everybody else State.IN_REVIEW
        return self.by_party(EventType.VERDICT_GIVEN, agency, (State.IN_REVIEW, after), self.draft, data)

    def by_party(
        self, kind: EventType, agency: int, moved: tuple[State, State], content: bytes, data: Mapping[str, Any]
    ) -> int:
        """An act of an agency's representative about the newest revision."""
        return self.say(
            kind,
            *moved,
            content,
            actor=f"representative:{agency + 100}",
            agency=agency,
            version=self.revision,
            data=data,
        )

    def agree_all(self) -> list[int]:
        """Everybody, in some order."""
        order = list(self.agencies)
        self.story.rng.shuffle(order)
        return [self.verdict(agency, "agree", number) for number, agency in enumerate(order, start=1)]

    def reopen(self, before: State = State.AGREED) -> int:
        """Back to the desk."""
        return self.say(EventType.DRAFT_REOPENED, before, State.DRAFT, self.draft, version=self.revision)

    def open(self) -> int:
        """A file for signature."""
        self.signing += 1
        self.files["document/final.pdf"] = self.story.text()
        self.files["opinions/table.pdf"] = self.story.text()
        self.files["opinions/table.json"] = self.story.text()
        data = {
            "opinions_json_sha256": digest(self.files["opinions/table.json"]),
            "opinions_sha256": digest(self.files["opinions/table.pdf"]),
            "revision_sha256": digest(self.draft),
            "signing": self.signing,
        }
        base = self.files["document/final.pdf"]
        return self.say(EventType.SIGNING_OPENED, State.AGREED, State.SIGNING, base, version=self.revision, data=data)

    def sign(self, agency: int, number: int, base: bytes, head: bytes) -> bytes:
        """The `number`th signature over the file `head`; returns the next file."""
        last = number == len(self.agencies)
        signed = head + f" signed by {agency}".encode()
        data = {
            "base_sha256": digest(base),
            "fired": ["all_signed"] if last else [],
            "previous_sha256": digest(head),
            "revision_sha256": digest(self.draft),
            "signed_count": number,
        }
        after = State.FINALISING if last else State.SIGNING
        self.by_party(EventType.SIGNATURE_ADDED, agency, (State.SIGNING, after), signed, data)
        return signed

    def sign_some(self, count: int) -> bytes:
        """The first `count` agencies of some order; returns the file."""
        base = head = self.files["document/final.pdf"]
        order = list(self.agencies)
        self.story.rng.shuffle(order)
        for number, agency in enumerate(order[:count], start=1):
            head = self.sign(agency, number, base, head)
        self.unsigned = order[count:]
        return head

    def decline(self, head: bytes) -> int:
        """One who has not signed refuses."""
        data = {"revision_sha256": digest(self.draft)}
        self.files = {path: one for path, one in self.files.items() if path.startswith("document/revisions/")}
        return self.by_party(EventType.SIGNING_DECLINED, self.unsigned[0], (State.SIGNING, State.DRAFT), head, data)

    def finalise(self, head: bytes) -> int:
        """Sealed; the seal names the history as it stands."""
        note = self.signed_head()
        entry = b"" if note is None else b" /GUOC_Checkpoint <" + note.hex().encode() + b">"
        final = self.files["document/final.pdf"] = head + entry + b" sealed"
        carried = {"checkpoint_sha256": None if note is None else digest(note)}
        data = {"head_sha256": digest(head), "signing": self.signing, **self.sealed(), **carried}
        return self.say(
            EventType.DOCUMENT_FINALISED,
            State.FINALISING,
            State.FINALISED,
            final,
            actor="system",
            version=self.revision,
            data=data,
        )

    def signed_head(self) -> bytes | None:
        """One over most of the history until now."""
        if self.story.sign_head is None:
            return None
        leaves = [leaf_hash(one) for one in self.story.payloads()[:-1]]
        return self.story.sign_head(len(leaves), root_of(leaves))

    def sealed(self) -> dict[str, Any]:
        """Size and root of the history now."""
        payloads = self.story.payloads()
        return {"sealed_root": root_of(map(leaf_hash, payloads)).hex(), "sealed_size": len(payloads)}


def plain_story(
    seed: int = 1, agencies: int = 2, *, sign_head: Callable[[int, bytes], bytes] | None = None
) -> PledgeStory:
    """Drafted, reviewed once, signed by all, sealed; with a little of other people's doings."""
    story = Story(random.Random(seed), sign_head)
    story.record(EventType.SESSION_OPENED, "coordinator:1")
    pledge = PledgeStory.begin(story, agencies)
    pledge.submit()
    story.record(EventType.SESSION_OPENED, "representative:111", agency=11)
    pledge.agree_all()
    pledge.open()
    pledge.finalise(pledge.sign_some(agencies))
    pledge.say(EventType.MAIL_SENT, None, None, actor="system", data={"kind": "finished"})
    return pledge


def eventful_story(seed: int = 1, agencies: int = 3) -> PledgeStory:
    """Everything that may happen to a pledge on its way: comments, changes asked for, a refusal to sign."""
    story = Story(random.Random(seed))
    one = PledgeStory.begin(story, agencies)
    first = one.agencies[0]
    one.save()
    one.submit()
    in_review = (State.IN_REVIEW, State.IN_REVIEW)
    for kind in (EventType.COMMENT_ADDED, EventType.COMMENT_WITHDRAWN, EventType.COMMENT_REPLIED):
        one.by_party(kind, first, in_review, one.draft, {"comment_id": 1})
    one.say(EventType.COMMENT_ANSWERED, *in_review, one.draft, version=one.revision)
    one.verdict(first, "agree", 1)
    one.verdict(first, "request_changes", 0)
    one.reopen(State.IN_REVIEW)
    one.draft = story.text()
    one.say(EventType.COMMENT_ANSWERED, State.DRAFT, State.DRAFT, one.draft)
    one.submit()
    one.agree_all()
    one.reopen()
    one.submit()
    one.agree_all()
    one.open()
    one.decline(one.sign_some(1))
    one.say(EventType.COMMENT_REPLIED, State.DRAFT, State.DRAFT, one.draft, version=one.revision)
    one.submit()
    one.agree_all()
    one.open()
    one.finalise(one.sign_some(agencies))
    return one


def cancelled_story(seed: int = 1) -> PledgeStory:
    """Given up while it was being signed."""
    one = PledgeStory.begin(Story(random.Random(seed)), 2)
    one.submit()
    one.agree_all()
    one.open()
    one.sign_some(1)
    data = {"reason": "Thôi.", "voided_signing": one.signing}
    one.files.pop("document/final.pdf")
    one.say(EventType.PLEDGE_CANCELLED, State.SIGNING, State.CANCELLED, one.draft, version=one.revision, data=data)
    return one


def change(one: PledgeStory, seq: int, **facts: Any) -> None:
    """Rewrite event `seq`; `data` is laid over what it had."""
    old = one.story.fields[seq]
    if "data" in facts:
        facts["data"] = {**old.data, **facts["data"]}
    one.story.fields[seq] = replace(old, **facts)
