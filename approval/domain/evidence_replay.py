"""Plays a pledge's life again from its events: what the state table, or the text then in force, forbids is found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from approval.domain.audit_event import EventType
from approval.domain.errors import PledgeError
from approval.domain.evidence_events import EvidenceEvent, at_fault
from approval.domain.states import AGREEING_VERDICTS, Action, Role, State, VerdictKind
from approval.domain.transitions import find_transition


@dataclass(slots=True)
class SigningPlay:
    """One opening for signature: which file, which file now, who signed (agency → person). Without a file: none."""

    number: object = None
    base: str = ""
    head: str = ""
    opinions: tuple[object, object] = (None, None)
    signers: dict[int, str] = field(default_factory=dict)


@dataclass(slots=True)
class Play:
    """What the events lead to. Hashes are lower-case hex; `revisions` by number, `verdicts` by agency.

    `carried` is the hash of the signed head that went into the seal, as the history tells it; `unknown` the types of
    events that a later version may know.
    """

    state: State | None = None
    agencies: tuple[int, ...] = ()
    draft: str = ""
    revisions: dict[int, str] = field(default_factory=dict)
    verdicts: dict[int, str] = field(default_factory=dict)
    signing: SigningPlay = field(default_factory=SigningPlay)
    final: str | None = None
    sealed: tuple[object, object] = (None, None)
    carried: object = None
    unknown: set[str] = field(default_factory=set)

    @property
    def revision(self) -> tuple[int | None, str | None]:
        """Number and hash of the newest revision."""
        return max(self.revisions.items(), default=(None, None))

    @property
    def agreed(self) -> int:
        """How many agencies agree to it."""
        return sum(kind in AGREEING_VERDICTS for kind in self.verdicts.values())


def replay(events: Iterable[EvidenceEvent]) -> Play:
    """The pledge's life again. Raises EvidenceFault with the number of the first event that could not have happened."""
    play = Play()
    for event in events:
        if not event.about_keys:
            _Step(play, event).take()
    return play


class _Step:
    """One event against what went before."""

    def __init__(self, play: Play, event: EvidenceEvent) -> None:
        self.play = play
        self.event = event
        self.data: Mapping[str, Any] = event.body["data"]
        self.thing: Mapping[str, Any] = event.body["obj"]
        self.role, _, self.person = str(event.body["actor"]).partition(":")

    def take(self) -> None:
        action, follow = _ACTIONS.get(self.event.body["type"], (None, _stay))
        before = self.play.state
        self.require(self.thing["state_from"] in {before, None if action is None else before}, "ghi sai bước trước đó")
        if action is None:
            follow(self)
            self.require(self.thing["state_to"] in {None, self.play.state}, "ghi sai bước sau đó")
            return
        self.move(action, self.role)
        follow(self)
        self.require(self.thing["state_to"] == self.play.state, "ghi sai bước sau đó")

    def move(self, action: Action, role: str) -> None:
        """By the row of the state table."""
        try:
            self.play.state = find_transition(State(self.play.state or ""), action, Role(role)).target
        except (PledgeError, ValueError) as error:
            raise at_fault(self.event, f"không thể xảy ra ở bước này ({action.value})") from error

    def require(self, good: bool, words: str) -> None:  # noqa: FBT001 — it reads as "require that …, or else …"
        if not good:
            raise at_fault(self.event, words)

    def require_file(self) -> str:
        """The hash (hex) of the file or text that the event is about."""
        self.require(self.thing["doc_sha256"] is not None, "không ghi mã băm của tệp hoặc bản văn")
        return str(self.thing["doc_sha256"])

    def require_current_text(self) -> None:
        """Number and hash are those of the revision in force."""
        self.require((self.thing["version"], self.thing["doc_sha256"]) == self.play.revision, "nói về một bản khác")

    def require_party(self) -> int:
        agency = self.event.body["agency"]
        self.require(agency in self.play.agencies, "do một cơ quan ngoài văn bản thực hiện")
        return int(agency)

    def require_fired(self, action: Action, *, when: bool) -> None:
        """The consequence is written down exactly when it follows, and then it moves the state too."""
        self.require(self.data.get("fired") == ([action.value] if when else []), "ghi sai hệ quả")
        if when:
            self.move(action, Role.SYSTEM.value)


def _stay(step: _Step) -> None:
    """What is not about the workflow: readers, mails, reminders, findings. No verifier may stumble over a new kind."""
    step.require(step.play.state is not None, "xảy ra trước khi có văn bản")
    kind = str(step.event.body["type"])
    if kind not in _KNOWN:
        step.play.unknown.add(kind)


def _begin(step: _Step) -> None:
    step.require(step.play.state is None, "lập văn bản lần thứ hai")
    step.require(step.role == Role.COORDINATOR, "lập văn bản không phải do Thư ký Khối")
    step.play.state = State.DRAFT
    step.play.draft = step.require_file()
    _ask_agencies(step)


def _ask_agencies(step: _Step) -> None:
    """Sending out names the agencies anew, as drafts may change them; the oldest events did not and kept them."""
    agencies = step.data.get("agencies", list(step.play.agencies))
    step.require(
        isinstance(agencies, list) and all(type(one) is int for one in agencies) and len(agencies) > 1,
        "không ghi các cơ quan ký",
    )
    step.play.agencies = tuple(agencies or ())
    step.require(len(set(step.play.agencies)) == len(step.play.agencies), "ghi một cơ quan hai lần")


def _save(step: _Step) -> None:
    step.play.draft = step.require_file()


def _answer(step: _Step) -> None:
    """An answer that takes a suggestion saves the draft, and then names no revision."""
    if step.thing["version"] is None and step.play.state is State.DRAFT:
        _save(step)
    else:
        step.require_current_text()


def _submit(step: _Step) -> None:
    number, text = step.thing["version"], step.thing["doc_sha256"]
    step.require(text == step.play.draft, "gửi lấy ý kiến một bản khác dự thảo")
    step.require(number == len(step.play.revisions) + 1, "đánh số bản không liên tục")
    fixed = step.play.agencies if step.play.revisions else None
    _ask_agencies(step)
    step.require(fixed in {None, step.play.agencies}, "đổi các cơ quan ký giữa chừng")
    step.play.revisions[number] = text
    step.play.verdicts = {}


def _comment(step: _Step) -> None:
    step.require_current_text()


def _judge(step: _Step) -> None:
    step.require_current_text()
    step.require(step.data.get("kind") in tuple(VerdictKind), "ghi một ý kiến không có thật")
    step.play.verdicts[step.require_party()] = str(step.data["kind"])
    step.require(step.data.get("agreed_count") == step.play.agreed, "đếm sai số cơ quan thống nhất")
    step.require_fired(Action.AGREEMENT_REACHED, when=step.play.agreed == len(step.play.agencies))


def _reopen(step: _Step) -> None:
    _end(step)
    step.play.verdicts = {}


def _end(step: _Step) -> None:
    step.require(step.thing["doc_sha256"] == step.play.draft, "nói về một dự thảo khác")


def _open(step: _Step) -> None:
    number, text = step.play.revision
    step.require((step.thing["version"], step.data.get("revision_sha256")) == (number, text), "mở ký một bản khác")
    file = step.require_file()
    opinions = (step.data.get("opinions_sha256"), step.data.get("opinions_json_sha256"))
    step.play.signing = SigningPlay(step.data.get("signing"), file, file, opinions)


def _sign(step: _Step) -> None:
    signing, agency = step.play.signing, step.require_party()
    step.require((step.thing["version"], step.data.get("revision_sha256")) == step.play.revision, "ký một bản khác")
    step.require(step.data.get("base_sha256") == signing.base, "ký một tệp khác tệp đã mở ký")
    step.require(step.data.get("previous_sha256") == signing.head, "không ký nối tiếp chữ ký trước")
    step.require(agency not in signing.signers, "ký lần thứ hai cho một cơ quan")
    step.require(step.person not in signing.signers.values(), "do người đã ký cho cơ quan khác ký")
    signing.signers[agency] = step.person
    signing.head = step.require_file()
    step.require(step.data.get("signed_count") == len(signing.signers), "đếm sai số chữ ký")
    step.require_fired(Action.ALL_SIGNED, when=len(signing.signers) == len(step.play.agencies))


def _decline(step: _Step) -> None:
    signing, agency = step.play.signing, step.require_party()
    number, text = step.play.revision
    step.require((step.thing["version"], step.data.get("revision_sha256")) == (number, text), "từ chối một bản khác")
    step.require(step.thing["doc_sha256"] == signing.head, "từ chối ký một tệp khác")
    step.require(agency not in signing.signers, "từ chối sau khi đã ký")
    step.play.draft, step.play.signing, step.play.verdicts = str(text), SigningPlay(), {}


def _finalise(step: _Step) -> None:
    signing = step.play.signing
    step.require(step.thing["version"] == step.play.revision[0], "ban hành một bản khác")
    step.require(step.data.get("head_sha256") == signing.head, "niêm phong một tệp khác tệp đã ký đủ")
    step.require(step.data.get("signing") == signing.number, "niêm phong một phiên ký khác")
    step.play.final = step.require_file()
    step.play.sealed = (step.data.get("sealed_size"), step.data.get("sealed_root"))
    step.play.carried = step.data.get("checkpoint_sha256")


_KNOWN = frozenset(EventType)
_Follow = Callable[[_Step], None]
_ACTIONS: dict[str, tuple[Action | None, _Follow]] = {
    EventType.DRAFT_IMPORTED: (None, _begin),
    EventType.DRAFT_STARTED: (None, _begin),
    EventType.DRAFT_SAVED: (Action.SAVE_DRAFT, _save),
    EventType.REVIEW_OPENED: (Action.SUBMIT_FOR_REVIEW, _submit),
    EventType.COMMENT_ADDED: (Action.ADD_COMMENT, _comment),
    EventType.COMMENT_WITHDRAWN: (Action.ADD_COMMENT, _comment),
    EventType.COMMENT_REPLIED: (Action.REPLY_TO_COMMENT, _comment),
    EventType.COMMENT_ANSWERED: (Action.ANSWER_COMMENT, _answer),
    EventType.VERDICT_GIVEN: (Action.GIVE_VERDICT, _judge),
    EventType.DRAFT_REOPENED: (Action.REVISE, _reopen),
    EventType.SIGNING_OPENED: (Action.OPEN_SIGNING, _open),
    EventType.SIGNATURE_ADDED: (Action.SIGN, _sign),
    EventType.SIGNING_DECLINED: (Action.DECLINE_TO_SIGN, _decline),
    EventType.DOCUMENT_FINALISED: (Action.FINALISE, _finalise),
    EventType.PLEDGE_CANCELLED: (Action.CANCEL, _end),
}
