"""The process in which somebody's file is opened: bounded before it reads a byte, told no secret, writing no file.

Its standard input is one line (`JudgingInput`) and the file; its standard output the verdict as JSON, names masked.
"""

from __future__ import annotations

import logging
import resource
import sys

from approval.adapters.bundle_judge import judge_bundle
from approval.adapters.clock import FixedClock
from approval.adapters.judging_input import JudgingInput
from approval.adapters.pdf_verdict import PdfJudge
from approval.domain.bundle_verdict import is_bundle
from approval.domain.published_verdict import published_bundle, published_pdf
from approval.domain.upload_verdict import OVER_LIMIT, UploadVerdict, Word


def main() -> None:
    """Judge what comes in; ends itself when the limits are used up."""
    _bound(address_space=int(sys.argv[1]), cpu_seconds=int(sys.argv[2]))
    try:
        verdict = _judge_input()
    except MemoryError:
        verdict = OVER_LIMIT
    sys.stdout.buffer.write(verdict.to_json())
    sys.stdout.buffer.flush()


def _judge_input() -> UploadVerdict:
    told = JudgingInput.from_line(sys.stdin.buffer.readline())
    upload = sys.stdin.buffer.read()
    shortage = MemoryShortage()
    logging.getLogger("approval").addHandler(shortage)
    logging.getLogger("approval").setLevel(logging.INFO)
    verdict = judge_upload(upload, told)
    return OVER_LIMIT if shortage.seen and verdict.word is not Word.VALID else verdict


def judge_upload(upload: bytes, told: JudgingInput) -> UploadVerdict:
    """As `approval verify` judges, in the words of the public page."""
    clock = FixedClock(told.now)
    if is_bundle(upload):
        return published_bundle(judge_bundle(upload, told.policy, {}, clock))
    return published_pdf(PdfJudge(told.roots, clock, evidence=told).judge(upload))


def _bound(*, address_space: int, cpu_seconds: int) -> None:
    limits = {
        resource.RLIMIT_AS: address_space,
        resource.RLIMIT_CPU: cpu_seconds,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
    }
    for kind, most in limits.items():
        resource.setrlimit(kind, (most, most))


class MemoryShortage(logging.Handler):
    """The validator turns every fault into a failed check; a file too large to judge must not be called altered."""

    seen = False

    def emit(self, record: logging.LogRecord) -> None:
        """Notes whether the logged fault, or one behind it, was a lack of memory."""
        fault = record.exc_info[1] if record.exc_info else None
        while fault is not None and not self.seen:
            self.seen = isinstance(fault, MemoryError)
            fault = fault.__cause__ or fault.__context__


if __name__ == "__main__":
    main()
