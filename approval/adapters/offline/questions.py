"""All questions in order, and the command line."""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from approval.adapters.offline.archive import (
    LEAVES,
    MANIFEST,
    MANIFEST_SEAL,
    Files,
    check_manifest,
    read_manifest,
    read_zip,
    required,
)
from approval.adapters.offline.documents import check_carried, check_complete, check_documents
from approval.adapters.offline.events import Event, check_events
from approval.adapters.offline.heads import (
    Levels,
    Policy,
    check_heads,
    check_tree,
    check_witnesses,
    read_heads,
    read_keys,
    witness_times,
)
from approval.adapters.offline.notes import Note
from approval.adapters.offline.outcome import (
    EXIT_CODES,
    PASS,
    SKIPPED,
    TAMPERED,
    UNKNOWN,
    UNREADABLE,
    VERDICTS,
    Fault,
    tampered,
    word_of,
)
from approval.adapters.offline.receipts import check_receipts
from approval.adapters.offline.replay import replay
from approval.adapters.offline.seal import check_seal, stamped_at

FIRST_TIME, LAST_TIME = datetime(1970, 1, 2, tzinfo=timezone.utc), datetime(9999, 12, 31, tzinfo=timezone.utc)
CLOCK_TOLERANCE = timedelta(minutes=5)
# A head is the newest for ten minutes at the most, and then its stamp takes a moment.
LONGEST_NEWEST = timedelta(minutes=15)
LARGEST_BUNDLE = 256 * 1024 * 1024
Line = tuple[str, str, str]


class Bench:
    """What was found so far; a missing attribute means that an earlier check failed."""

    def __init__(self, files: Files, policy: Policy, receipts: Files) -> None:
        self.files, self.policy, self.receipts = files, policy, receipts
        self.found: dict[str, Any] = {}

    def need(self, name: str) -> Any:
        """Raises Fault."""
        if name not in self.found:
            raise Fault(SKIPPED, "chưa kiểm tra được vì bước trước không đạt")
        return self.found[name]

    def manifest(self) -> str:
        """Raises Fault, like all that follow."""
        self.found["manifest"] = read_manifest(self.files)
        return check_manifest(self.files, self.found["manifest"])

    def seal(self) -> str:
        required(self.files, MANIFEST_SEAL)
        return check_seal(self.files, self.policy.roots)

    def events(self) -> str:
        self.found["events"] = check_events(self.files, self.need("manifest")["pledge"])
        return f"{len(self.found['events'])} sự kiện, liên tục"

    def keys(self) -> str:
        keys = self.found["keys"] = read_keys(self.policy, self.need("events"))
        if not self.policy.log_keys:
            raise Fault(UNKNOWN, "người kiểm tra chưa cho biết khóa của nhật ký (--policy)")
        return ", ".join(f"{key.name}+{key.id.hex()}" for key in keys.trusted)

    def heads(self) -> str:
        self.found["heads"] = read_heads(self.files)
        return check_heads(self.found["heads"], self.need("keys"))

    def tree(self) -> str:
        self.found["levels"] = Levels(required(self.files, LEAVES))
        return check_tree(self.need("heads"), self.found["levels"])

    def witnesses(self) -> str:
        return check_witnesses(self.need("heads"), self.need("events"), self.policy)

    def times(self) -> str:
        heads, events, count = self.need("heads"), self.need("events"), 0
        for path, note in heads:
            for moment in self.moments(path, note):
                require_between(path, note.size, events, moment)
                count += 1
        if not count:
            raise Fault(SKIPPED, "không có dấu thời gian nào")
        return f"{count} dấu thời gian, không sự kiện nào ghi sai thời điểm"

    def moments(self, path: str, note: Note) -> list[datetime]:
        token = path[: -len("note")] + "tsr"
        stamps = [token] if token in self.files else []
        found = [stamped_at(self.files, one, note.stamped, self.policy.roots) for one in stamps]
        return found + witness_times(path, note, self.policy)

    def replay(self) -> str:
        life = self.found["life"] = replay(self.need("events"))
        unknown = ", ".join(ascii(kind)[:80] for kind in sorted(life.unknown))
        more = f"; bỏ qua loại sự kiện chưa biết: {unknown}" if unknown else ""
        return f"{len(life.texts)} bản, {life.agreed()} cơ quan thống nhất{more}"

    def documents(self) -> str:
        return check_documents(self.files, self.need("life"), self.need("levels"))

    def carried(self) -> str:
        return check_carried(self.files, self.need("life"), self.need("levels"), self.need("keys"))

    def receipts_kept(self) -> str:
        required(self.files, LEAVES)
        return check_receipts(self.receipts, self.need("levels"), self.need("events"), self.need("keys").every())

    def complete(self) -> str:
        return check_complete(self.need("life"))


QUESTIONS: tuple[tuple[str, Callable[[Bench], str]], ...] = (
    ("manifest", Bench.manifest),
    ("seal", Bench.seal),
    ("events", Bench.events),
    ("keys", Bench.keys),
    ("heads", Bench.heads),
    ("tree", Bench.tree),
    ("witnesses", Bench.witnesses),
    ("times", Bench.times),
    ("replay", Bench.replay),
    ("documents", Bench.documents),
    ("carried", Bench.carried),
    ("receipts", Bench.receipts_kept),
    ("complete", Bench.complete),
)


def require_between(path: str, size: int, events: list[Event], seen: datetime) -> None:
    """What a head counts was written before an outsider saw it, the rest after. Raises Fault."""
    moment = min(max(seen, FIRST_TIME), LAST_TIME)
    bounds = (moment + CLOCK_TOLERANCE, moment - LONGEST_NEWEST - CLOCK_TOLERANCE)
    latest, earliest = (bound.strftime("%Y-%m-%dT%H:%M:%S.%fZ") for bound in bounds)
    for event in events:
        if event.seq < size and event.body["at"] > latest:
            raise tampered(f"sự kiện {event.seq} ghi thời điểm sau khi {path} đã được đóng dấu thời gian")
        if event.seq >= size and event.body["at"] < earliest:
            raise tampered(f"sự kiện {event.seq} ghi lùi thời điểm: {path} được đóng dấu sau đó mà chưa có nó")


def check_bundle(data: bytes, policy: Policy, receipts: Files) -> list[Line]:
    """Name, outcome and words of every check."""
    files, (outcome, words) = read_zip(data)
    lines = [("archive", outcome, words)]
    if not files:
        return lines
    if MANIFEST not in files:
        return [*lines, ("manifest", UNREADABLE, f"không có {MANIFEST}: đây không phải hồ sơ chứng cứ")]
    bench = Bench(files, policy, receipts)
    for name, ask in QUESTIONS:
        try:
            lines.append((name, PASS, ask(bench)))
        except Fault as fault:
            lines.append((name, fault.outcome, fault.words))
        except Exception as error:
            # What the chapters did not foresee is no reason to believe a file.
            lines.append((name, TAMPERED, f"không kiểm tra được hết ({type(error).__name__})"))
    return lines


def exit_code(lines: list[Line]) -> int:
    """The gravest counts."""
    found = {outcome for _, outcome, _ in lines}
    return next((code for outcome, code in EXIT_CODES if outcome in found), 0)


def read_file(path: Path) -> bytes:
    """Raises OSError, also for what is too large to be a bundle."""
    if path.stat().st_size > LARGEST_BUNDLE:
        raise OSError("quá lớn / too large")
    return path.read_bytes()


def read_receipts(paths: list[Path]) -> Files:
    """By base name; where two share it by the whole path. Raises OSError."""
    names = [path.name for path in paths]
    return {path.name if names.count(path.name) == 1 else str(path): read_file(path) for path in paths}


class Parser(argparse.ArgumentParser):
    """Exit code 2 means "incomplete" here, so a wrong call gets another."""

    def error(self, message: str) -> Any:
        """Called by argparse."""
        self.exit(64, f"{self.format_usage()}{message}\n")


def main(words: list[str] | None = None) -> int:
    """The command."""
    for stream in (sys.stdout, sys.stderr):
        # Vietnamese words on a console that is older than they are.
        getattr(stream, "reconfigure", lambda **_: None)(encoding="utf-8", errors="replace")
    parser = Parser(description="Kiểm tra hồ sơ chứng cứ / check an evidence bundle")
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--policy", type=Path, help="log, witness, quorum, root: lấy từ nơi khác / from elsewhere")
    parser.add_argument("--receipt", type=Path, action="append", default=[], help="biên nhận / a kept receipt")
    asked = parser.parse_args(words)
    try:
        # Notepad begins a file with a mark that is no part of the text.
        policy = Policy(asked.policy.read_text("utf-8-sig") if asked.policy else "")
        receipts = read_receipts(asked.receipt)
    except (OSError, ValueError) as error:
        parser.error(f"{asked.policy or 'receipt'}: {error}")
    try:
        data = read_file(asked.bundle)
    except OSError as error:
        print(f"FAIL archive: {error}\n{VERDICTS[3]}")
        return 3
    lines = check_bundle(data, policy, receipts)
    print(f"SHA-256 {hashlib.sha256(data).hexdigest()}  {asked.bundle.name}")
    for name, outcome, said in lines:
        print(f"{word_of(outcome)} {name}: {said}")
    print("NOT CHECKED pdf: chữ ký trong tệp PDF cần `approval verify` hoặc phần mềm đọc PDF / needs a PDF validator")
    print(VERDICTS[exit_code(lines)])
    return exit_code(lines)


if __name__ == "__main__":
    sys.exit(main())
