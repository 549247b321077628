"""Plays the pledge's life again: who may do what when, always about the text then in force."""

from __future__ import annotations

from typing import Any

from approval.adapters.offline.events import Event

SECRETARY, PARTY, EITHER = ("coordinator",), ("representative",), ("coordinator", "representative")
CANCELLERS = ("coordinator", "administrator")
# Event: roles, then from → to.
MOVES: dict[str, tuple[tuple[str, ...], dict[str, str]]] = {
    "pledge:draft:saved": (SECRETARY, {"draft": "draft"}),
    "pledge:review:opened": (SECRETARY, {"draft": "in_review"}),
    "pledge:comment:added": (PARTY, {"in_review": "in_review"}),
    "pledge:comment:withdrawn": (PARTY, {"in_review": "in_review"}),
    "pledge:comment:replied": (EITHER, {one: one for one in ("draft", "in_review", "agreed")}),
    "pledge:comment:answered": (SECRETARY, {one: one for one in ("draft", "in_review", "agreed")}),
    "pledge:verdict:given": (PARTY, {"in_review": "in_review"}),
    "pledge:draft:reopened": (SECRETARY, {"in_review": "draft", "agreed": "draft"}),
    "pledge:signing:opened": (SECRETARY, {"agreed": "signing"}),
    "pledge:signature:added": (PARTY, {"signing": "signing"}),
    "pledge:signing:declined": (PARTY, {"signing": "draft"}),
    "pledge:document:finalised": (("system",), {"finalising": "finalised"}),
    "pledge:record:cancelled": (
        CANCELLERS,
        dict.fromkeys(("draft", "in_review", "agreed", "signing"), "cancelled"),
    ),
}
BEGINNINGS = ("pledge:draft:imported", "pledge:draft:started")
# Not about the workflow: whether they are there or not changes nothing for the document.
QUIET = (
    "mail:message:bounced",
    "mail:message:refused",
    "mail:message:resent",
    "mail:message:sent",
    "mail:message:skipped",
    "mail:message:uncertain",
    "pledge:deadline:moved",
    "pledge:file:downloaded",
    "pledge:file:printed",
    "pledge:file:refused",
    "pledge:file:viewed",
    "pledge:finding:dismissed",
    "pledge:finding:restored",
    "pledge:party:nudged",
    "pledge:proof:renewed",
    "pledge:reminders:changed",
    "pledge:reminders:paused",
    "pledge:reminders:resumed",
    "pledge:representative:replaced",
)


class Life:
    """Where the pledge stands; a signing is a dict, None when none is open."""

    def __init__(self) -> None:
        self.state: str | None = None
        self.agencies: list[int] = []
        self.draft: str | None = None
        self.texts: list[str | None] = []
        self.verdicts: dict[int, str] = {}
        self.signing: dict[str, Any] | None = None
        self.final: str | None = None
        self.sealed: tuple[Any, Any] = (None, None)
        self.carried: Any = None
        self.unknown: set[str] = set()

    def agreed(self) -> int:
        """How many agencies agree to the newest text."""
        return sum(kind != "request_changes" for kind in self.verdicts.values())

    def take(self, event: Event) -> None:
        """One event. Raises Fault."""
        role = event.body["actor"].partition(":")[0]
        before, thing = self.state, event.thing
        move = MOVES.get(event.type)
        known_before = (before,) if move else (before, None)
        need(event, thing["state_from"] in known_before, "ghi sai bước trước đó")
        if move:
            roles, ways = move
            need(event, role in roles and before in ways, "không thể xảy ra ở bước này")
            self.state = ways[str(before)]
            FOLLOW[event.type](self, event)
            need(event, thing["state_to"] == self.state, "ghi sai bước sau đó")
            return
        if event.type in BEGINNINGS:
            need(event, before is None and role == "coordinator", "không thể lập văn bản như thế")
            self.state, self.draft = "draft", file_of(event)
            self.ask(event)
        elif event.type not in QUIET:
            self.unknown.add(event.type)
        need(event, self.state is not None, "xảy ra trước khi có văn bản")
        need(event, thing["state_to"] in (None, self.state), "ghi sai bước sau đó")

    def ask(self, event: Event) -> None:
        """Which agencies."""
        agencies = event.data.get("agencies", self.agencies)
        good = isinstance(agencies, list) and len(agencies) > 1 and all(type(one) is int for one in agencies)
        need(event, good and len(set(agencies)) == len(agencies), "không ghi đúng các cơ quan ký")
        self.agencies = agencies

    def current(self, event: Event, text: Any) -> None:
        """The revision in force is meant."""
        newest = (len(self.texts) or None, self.texts[-1] if self.texts else None)
        need(event, (event.thing["version"], text) == newest, "nói về một bản khác")

    def party(self, event: Event) -> int:
        """The agency acting."""
        agency = event.body["agency"]
        need(event, agency in self.agencies, "do một cơ quan ngoài văn bản thực hiện")
        return int(agency)

    def consequence(self, event: Event, name: str, to: str, *, follows: bool) -> None:
        """Written down exactly when it follows."""
        need(event, event.data.get("fired") == ([name] if follows else []), "ghi sai hệ quả")
        self.state = to if follows else self.state


def need(event: Event, good: Any, words: str) -> None:
    """Raises Fault."""
    if not good:
        raise event.fault(words)


def file_of(event: Event) -> str:
    """Hash of the file or text that it is about. Raises Fault."""
    need(event, event.thing["doc_sha256"] is not None, "không ghi mã băm của tệp hoặc bản văn")
    return str(event.thing["doc_sha256"])


def saved(life: Life, event: Event) -> None:
    """A draft."""
    life.draft = file_of(event)


def sent(life: Life, event: Event) -> None:
    """A draft becomes a revision."""
    need(event, event.thing["doc_sha256"] == life.draft, "gửi lấy ý kiến một bản khác dự thảo")
    need(event, event.thing["version"] == len(life.texts) + 1, "đánh số bản không liên tục")
    before = life.agencies
    life.ask(event)
    need(event, not life.texts or before == life.agencies, "đổi các cơ quan ký giữa chừng")
    life.texts.append(life.draft)
    life.verdicts = {}


def commented(life: Life, event: Event) -> None:
    """About the revision in force."""
    life.current(event, event.thing["doc_sha256"])


def answered(life: Life, event: Event) -> None:
    """Likewise, or by taking a suggestion into the draft."""
    if event.thing["version"] is None and life.state == "draft":
        saved(life, event)
    else:
        commented(life, event)


def judged(life: Life, event: Event) -> None:
    """A verdict."""
    commented(life, event)
    kind = event.data.get("kind")
    need(event, kind in ("agree", "agree_with_comments", "request_changes"), "ghi một ý kiến không có thật")
    life.verdicts[life.party(event)] = str(kind)
    need(event, event.data.get("agreed_count") == life.agreed(), "đếm sai số cơ quan thống nhất")
    life.consequence(event, "agreement_reached", "agreed", follows=life.agreed() == len(life.agencies))


def ended(life: Life, event: Event) -> None:
    """Taken back, or given up."""
    need(event, event.thing["doc_sha256"] == life.draft, "nói về một dự thảo khác")
    life.verdicts = {}


def opened(life: Life, event: Event) -> None:
    """A file for signature."""
    life.current(event, event.data.get("revision_sha256"))
    life.signing = {
        "number": event.data.get("signing"),
        "base": file_of(event),
        "head": file_of(event),
        "opinions": (event.data.get("opinions_sha256"), event.data.get("opinions_json_sha256")),
        "signers": {},
    }


def signed(life: Life, event: Event) -> None:
    """A signature on top of the one before."""
    signing, agency, person = signing_of(life, event), life.party(event), event.body["actor"].partition(":")[2]
    life.current(event, event.data.get("revision_sha256"))
    need(event, event.data.get("base_sha256") == signing["base"], "ký một tệp khác tệp đã mở ký")
    need(event, event.data.get("previous_sha256") == signing["head"], "không ký nối tiếp chữ ký trước")
    need(event, agency not in signing["signers"], "ký lần thứ hai cho một cơ quan")
    need(event, person not in signing["signers"].values(), "do người đã ký cho cơ quan khác ký")
    signing["signers"][agency] = person
    signing["head"] = file_of(event)
    count = len(signing["signers"])
    need(event, event.data.get("signed_count") == count, "đếm sai số chữ ký")
    life.consequence(event, "all_signed", "finalising", follows=count == len(life.agencies))


def declined(life: Life, event: Event) -> None:
    """Back to the draft."""
    signing, agency = signing_of(life, event), life.party(event)
    life.current(event, event.data.get("revision_sha256"))
    need(event, event.thing["doc_sha256"] == signing["head"], "từ chối ký một tệp khác")
    need(event, agency not in signing["signers"], "từ chối sau khi đã ký")
    life.draft, life.signing, life.verdicts = life.texts[-1], None, {}


def finalised(life: Life, event: Event) -> None:
    """Sealed."""
    signing = signing_of(life, event)
    need(event, event.thing["version"] == len(life.texts), "ban hành một bản khác")
    need(event, event.data.get("head_sha256") == signing["head"], "niêm phong một tệp khác tệp đã ký đủ")
    need(event, event.data.get("signing") == signing["number"], "niêm phong một phiên ký khác")
    life.final = file_of(event)
    life.sealed = (event.data.get("sealed_size"), event.data.get("sealed_root"))
    life.carried = event.data.get("checkpoint_sha256")


def signing_of(life: Life, event: Event) -> dict[str, Any]:
    """The open signing. Raises Fault."""
    if life.signing is None:
        raise event.fault("không có phiên ký nào đang mở")
    return life.signing


FOLLOW = {
    "pledge:draft:saved": saved,
    "pledge:review:opened": sent,
    "pledge:comment:added": commented,
    "pledge:comment:withdrawn": commented,
    "pledge:comment:replied": commented,
    "pledge:comment:answered": answered,
    "pledge:verdict:given": judged,
    "pledge:draft:reopened": ended,
    "pledge:signing:opened": opened,
    "pledge:signature:added": signed,
    "pledge:signing:declined": declined,
    "pledge:document:finalised": finalised,
    "pledge:record:cancelled": ended,
}


def replay(events: list[Event]) -> Life:
    """Raises Fault at the first event that could not have happened."""
    life = Life()
    for event in events:
        if not event.about_keys:
            life.take(event)
    return life
