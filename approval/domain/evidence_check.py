"""Judges an evidence bundle: each question once, in order, whatever the answers before it were."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, TypeVar

from approval.domain.evidence_carried import check_carried
from approval.domain.evidence_documents import check_complete, check_documents
from approval.domain.evidence_events import EvidenceEvent, check_events, required
from approval.domain.evidence_heads import (
    Head,
    Levels,
    check_heads,
    check_tree,
    check_witnesses,
    read_heads,
    witness_times,
)
from approval.domain.evidence_keys import LogKeys, read_keys
from approval.domain.evidence_manifest import (
    LEAVES,
    MANIFEST,
    MANIFEST_SEAL,
    Manifest,
    check_manifest,
    token_path,
)
from approval.domain.evidence_policy import EvidencePolicy
from approval.domain.evidence_receipts import ShownHistory, check_receipts
from approval.domain.evidence_replay import Play, replay
from approval.domain.evidence_report import Check, EvidenceFault, Outcome
from approval.domain.evidence_times import require_between
from approval.domain.signed_note import VerifyEd25519

T = TypeVar("T")
_LONGEST_KIND = 80
_NEEDS = "chưa kiểm tra được vì bước trước không đạt"


class SealJudge(Protocol):
    """Knows certificates and CMS; `roots` are SHA-256 hashes (hex) of root certificates that the reader believes."""

    def check_seal(self, files: Mapping[str, bytes], roots: frozenset[str]) -> str:
        """Who sealed the manifest and when, in words. Raises EvidenceFault; UNKNOWN when it leads to no chosen root."""
        ...

    def stamped_at(self, files: Mapping[str, bytes], path: str, digest: bytes, roots: frozenset[str]) -> datetime:
        """The time in the token at `path` over this SHA-256 digest. Raises EvidenceFault likewise."""
        ...


@dataclass(frozen=True, slots=True)
class EvidenceTools:
    """The two things that are not pure text and hashing."""

    verify_ed25519: VerifyEd25519
    seal: SealJudge


@dataclass(slots=True)
class _Bench:
    """What the checks found so far; None where they failed."""

    files: Mapping[str, bytes]
    policy: EvidencePolicy
    receipts: Mapping[str, bytes]
    tools: EvidenceTools
    checks: list[Check] = field(default_factory=list)
    manifest: Manifest | None = None
    events: tuple[EvidenceEvent, ...] | None = None
    keys: LogKeys | None = None
    heads: tuple[Head, ...] | None = None
    levels: Levels | None = None
    play: Play | None = None


def check_bundle(
    files: Mapping[str, bytes], policy: EvidencePolicy, receipts: Mapping[str, bytes], tools: EvidenceTools
) -> tuple[Check, ...]:
    """One line a question; `exit_code` of evidence_report.py makes the verdict. Never raises for a bad bundle."""
    bench = _Bench(files, policy, receipts, tools)
    if MANIFEST not in files:
        return (Check("manifest", Outcome.UNREADABLE, f"không có {MANIFEST}: đây không phải hồ sơ chứng cứ"),)
    for name, ask in QUESTIONS:
        _ask(bench, name, ask)
    return tuple(bench.checks)


def _ask(bench: _Bench, name: str, ask: Callable[[_Bench], str]) -> None:
    try:
        bench.checks.append(Check(name, Outcome.PASS, ask(bench)))
    except EvidenceFault as fault:
        bench.checks.append(Check(name, fault.outcome, fault.words))


def _found(value: T | None) -> T:
    """What an earlier check gave. Raises EvidenceFault when it gave nothing: the fault is counted there."""
    if value is None:
        raise EvidenceFault(Outcome.SKIPPED, _NEEDS)
    return value


def _manifest(bench: _Bench) -> str:
    # Read first: a file at fault is no reason not to look at the events.
    bench.manifest = Manifest.from_bytes(bench.files[MANIFEST])
    return f"{len(check_manifest(bench.files).files)} tệp, đúng mã băm"


def _seal(bench: _Bench) -> str:
    required(bench.files, MANIFEST_SEAL)
    return bench.tools.seal.check_seal(bench.files, bench.policy.roots)


def _events(bench: _Bench) -> str:
    bench.events = check_events(bench.files, _found(bench.manifest).pledge)
    return f"{len(bench.events)} sự kiện, liên tục"


def _keys(bench: _Bench) -> str:
    bench.keys = read_keys(bench.policy, _found(bench.events), bench.tools.verify_ed25519)
    if not bench.policy.log_keys:
        raise EvidenceFault(Outcome.UNKNOWN, "người kiểm tra chưa cho biết khóa của nhật ký (--policy)")
    return ", ".join(f"{key.name}+{key.id.hex()}" for key in bench.keys.trusted)


def _heads(bench: _Bench) -> str:
    bench.heads = read_heads(bench.files)
    check_heads(bench.heads, _found(bench.keys), bench.tools.verify_ed25519)
    return f"{len(bench.heads)} đầu nhật ký, chữ ký đúng"


def _tree(bench: _Bench) -> str:
    bench.levels = Levels(required(bench.files, LEAVES))
    check_tree(_found(bench.heads), bench.levels)
    return f"{bench.levels.size} sự kiện, gốc {bench.levels.root(bench.levels.size).hex()}"


def _witnesses(bench: _Bench) -> str:
    heads, policy = _found(bench.heads), bench.policy
    size = check_witnesses(heads, _found(bench.events), policy, bench.tools.verify_ed25519)
    return f"đủ {policy.quorum}/{len(policy.witnesses)} nhân chứng tới sự kiện {size - 1}"


def _times(bench: _Bench) -> str:
    heads, events, count = _found(bench.heads), _found(bench.events), 0
    for head in heads:
        for moment in _moments(bench, head):
            require_between(head, events, moment)
            count += 1
    if not count:
        raise EvidenceFault(Outcome.SKIPPED, "không có dấu thời gian nào")
    return f"{count} dấu thời gian, không sự kiện nào ghi sai thời điểm"


def _moments(bench: _Bench, head: Head) -> Iterable[datetime]:
    """When outsiders saw the head: the time-stamp authority, and the witnesses that the reader believes."""
    path = token_path(head.checkpoint.size)
    if path in bench.files:
        yield bench.tools.seal.stamped_at(bench.files, path, head.stamped, bench.policy.roots)
    yield from witness_times(head, bench.policy, bench.tools.verify_ed25519)


def _replay(bench: _Bench) -> str:
    bench.play = replay(_found(bench.events))
    unknown = [ascii(kind)[:_LONGEST_KIND] for kind in sorted(bench.play.unknown)]
    more = f"; bỏ qua loại sự kiện chưa biết: {', '.join(unknown)}" if unknown else ""
    return f"{len(bench.play.revisions)} bản, {bench.play.agreed} cơ quan thống nhất{more}"


def _documents(bench: _Bench) -> str:
    return f"{check_documents(bench.files, _found(bench.play), _found(bench.levels))} tệp, đúng như nhật ký ghi"


def _carried(bench: _Bench) -> str:
    keys = _found(bench.keys)
    return check_carried(bench.files, _found(bench.play), _found(bench.levels), keys, bench.tools.verify_ed25519)


def _receipts(bench: _Bench) -> str:
    shown = ShownHistory(required(bench.files, LEAVES), _found(bench.levels), _found(bench.events))
    check_receipts(bench.receipts, shown, _found(bench.keys).every, bench.tools.verify_ed25519)
    return f"{len(bench.receipts)} biên nhận khớp"


def _complete(bench: _Bench) -> str:
    return check_complete(_found(bench.play))


QUESTIONS: tuple[tuple[str, Callable[[_Bench], str]], ...] = (
    ("manifest", _manifest),
    ("seal", _seal),
    ("events", _events),
    ("keys", _keys),
    ("heads", _heads),
    ("tree", _tree),
    ("witnesses", _witnesses),
    ("times", _times),
    ("replay", _replay),
    ("documents", _documents),
    ("carried", _carried),
    ("receipts", _receipts),
    ("complete", _complete),
)
