"""Evidence bundles made in memory out of a story, honestly or as an operator would who has something to hide."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from approval.adapters.evidence_seal import certificate_files, seal_manifest
from approval.adapters.evidence_zip import write_bundle
from approval.adapters.offline_verifier import verifier_text
from approval.domain.audit_event import leaf_hash
from approval.domain.evidence_events import EvidenceEvent, write_events
from approval.domain.evidence_manifest import MANIFEST, MANIFEST_SEAL, Manifest, note_path, token_path
from tests.factories.evidence_story import PledgeStory
from tests.factories.log_house import LogHouse, Signer
from tests.factories.merkle_tree import StoredTree


@dataclass(frozen=True)
class Heads:
    """Which heads a bundle carries: sizes, how many witnesses signed them, which bear a time stamp."""

    sizes: Sequence[int]
    witnesses: tuple[Signer, ...] = ()
    stamped: Sequence[int] = ()


def log_files(
    house: LogHouse, payloads: Sequence[bytes], heads: Heads, *, by: Signer | None = None
) -> dict[str, bytes]:
    """Leaves, heads and time stamps. The last head is seen now, those before it when they were the newest."""
    leaves = [leaf_hash(payload) for payload in payloads[: max(heads.sizes)]]
    tree = StoredTree(leaves)
    files = {"log/leaves.bin": b"".join(leaves)}
    for size in heads.sizes:
        with house.at(house.clock.now() if size == max(heads.sizes) else _when_newest(payloads[size - 1])):
            note = house.head(size, tree.root(size), by=by, witnesses=heads.witnesses)
            files[note_path(size)] = note
            if size in heads.stamped:
                files[token_path(size)] = house.stamp(note)
    return files


def _when_newest(payload: bytes) -> datetime:
    return datetime.fromisoformat(json.loads(payload)["at"]) + timedelta(minutes=1)


def event_file(payloads: Sequence[bytes], pledge: str, size: int) -> bytes:
    """The pledge's events and those about keys, among the first `size`."""
    events = (EvidenceEvent.of(seq, payload) for seq, payload in enumerate(payloads[:size]))
    return write_events(one for one in events if one.about_keys or one.body["pledge"] == pledge)


def bundle_files(
    house: LogHouse, one: PledgeStory, heads: Heads | None = None, *, by: Signer | None = None
) -> dict[str, bytes]:
    """All files but the manifest and its seal."""
    payloads = one.story.payloads()
    heads = heads or Heads([len(payloads)])
    files = {**one.files, **log_files(house, payloads, heads, by=by)}
    files["log/events.jsonl"] = event_file(payloads, one.pledge, max(heads.sizes))
    tokens = tuple(data for path, data in files.items() if path.endswith(".tsr"))
    files |= certificate_files(house.authority, house.tsa, (house.tsa.token(bytes(32)), *tokens))
    files |= {
        "mail/deliveries.json": b"[]",
        "verify.py": verifier_text().encode(),
        "README.vi.md": b"x\n",
        "README.en.md": b"x\n",
    }
    return files


def sealed(house: LogHouse, pledge: str, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """With manifest and seal: the operator holds the seal's key, so a changed bundle can always be sealed anew."""
    contents = {path: data for path, data in files.items() if path not in {MANIFEST, MANIFEST_SEAL}}
    manifest = Manifest.of(pledge, contents).canonical_bytes()
    return {**contents, MANIFEST: manifest, MANIFEST_SEAL: seal_manifest(manifest, house.authority, house.tsa)}


def make_bundle(house: LogHouse, one: PledgeStory, heads: Heads | None = None, *, by: Signer | None = None) -> bytes:
    """The archive."""
    return write_bundle(sealed(house, one.pledge, bundle_files(house, one, heads, by=by)))


def without(files: Mapping[str, bytes], paths: Iterable[str]) -> dict[str, bytes]:
    """The same files but these."""
    gone = set(paths)
    return {path: data for path, data in files.items() if path not in gone}
