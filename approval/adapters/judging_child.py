"""The process in which somebody's file is opened: bounded before it reads a byte, told no secret, writing no file.

Its standard input is one line of JSON ({"now", "roots"}) and the file; its standard output the verdict as JSON.
"""

from __future__ import annotations

import json
import logging
import resource
import sys
from datetime import datetime

from cryptography import x509

from approval.adapters.clock import FixedClock
from approval.adapters.upload_bundle import judge_bundle
from approval.adapters.upload_pdf import judge_pdf
from approval.domain.upload_verdict import OVER_LIMIT, FileKind, UploadVerdict, Word

_NEITHER = UploadVerdict(
    Word.UNKNOWN,
    FileKind.OTHER,
    ("Tệp không phải PDF hay gói chứng cứ .zip. Chọn đúng tệp đã nhận rồi kiểm tra lại.",),
)


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
    header = json.loads(sys.stdin.buffer.readline())
    upload = sys.stdin.buffer.read()
    roots = tuple(x509.load_pem_x509_certificate(pem.encode()) for pem in header["roots"])
    shortage = MemoryShortage()
    logging.getLogger("approval").addHandler(shortage)
    logging.getLogger("approval").setLevel(logging.INFO)
    verdict = _judge(upload, roots, FixedClock(datetime.fromisoformat(header["now"])))
    return OVER_LIMIT if shortage.seen and verdict.word is not Word.VALID else verdict


def _bound(*, address_space: int, cpu_seconds: int) -> None:
    limits = {
        resource.RLIMIT_AS: address_space,
        resource.RLIMIT_CPU: cpu_seconds,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
    }
    for kind, most in limits.items():
        resource.setrlimit(kind, (most, most))


def _judge(upload: bytes, roots: tuple[x509.Certificate, ...], clock: FixedClock) -> UploadVerdict:
    if upload.startswith(b"%PDF-"):
        return judge_pdf(upload, roots, clock)
    if upload.startswith(b"PK"):
        return judge_bundle(upload, lambda document: judge_pdf(document, roots, clock))
    return _NEITHER


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
