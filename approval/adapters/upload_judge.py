"""Has somebody's file judged in a process of its own: few at once, little memory, little time, no secret at hand."""

from __future__ import annotations

import logging
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509

from approval.adapters.clock import Clock
from approval.adapters.judging_input import JudgingInput
from approval.adapters.pki import TrustEvidence
from approval.config import ConfigurationError
from approval.domain.errors import BusyError
from approval.domain.upload_verdict import OVER_LIMIT, UploadKind, UploadVerdict, Word

_log = logging.getLogger(__name__)
# What the child needs of our environment: nothing. What it cannot read it cannot give away.
_ENVIRONMENT = {"LC_ALL": "C.UTF-8"}
_MODULE = "approval.adapters.judging_child"
_FAILED = UploadVerdict(
    Word.UNKNOWN,
    UploadKind.OTHER,
    ("Không kiểm tra được tệp này. Tải lại tệp gốc rồi thử lại; nếu vẫn vậy, hãy hỏi cơ quan gửi văn bản.",),
)


@dataclass(frozen=True, slots=True)
class JudgeLimits:
    """What one judgement may use, and how many run at once in this process; a page answers within 5 seconds.

    Less processor time than time on the clock: what a file costs is told from what else the machine is doing.
    """

    address_space: int = 512 * 1024 * 1024
    cpu_seconds: int = 4
    wall_seconds: float = 4.4
    wait_seconds: float = 0.3
    at_once: int = 2


class UploadJudge:
    """Judges files against `roots` and what `evidence` knows from outside them. Safe to share between threads."""

    def __init__(
        self,
        roots: Sequence[x509.Certificate],
        clock: Clock,
        *,
        evidence: TrustEvidence | None = None,
        limits: JudgeLimits | None = None,
    ) -> None:
        self._roots = tuple(roots)
        self._evidence = evidence
        self._clock = clock
        self._limits = limits or JudgeLimits()
        self._places = threading.BoundedSemaphore(self._limits.at_once)

    def judge(self, upload: bytes, policy: str = "") -> UploadVerdict:
        """The verdict on the bytes of a file; `policy`: whom to believe of a bundle (text of `EvidencePolicy`).

        Raises BusyError when too many are being judged, or the machine left this one too little of its time.
        """
        if not self._places.acquire(timeout=self._limits.wait_seconds):
            raise BusyError(
                "checks-busy",
                "Hệ thống đang kiểm tra nhiều tệp khác. Chờ ít giây rồi gửi lại tệp.",
                "Other files are being checked. Wait a few seconds and send the file again.",
            )
        try:
            return self._run(upload, policy)
        finally:
            self._places.release()

    def _told(self, policy: str) -> JudgingInput:
        known, now = self._evidence, self._clock.now()
        others, crls = (known.other_certs, known.crls) if known else ((), ())
        return JudgingInput(now, self._roots, others, crls, policy)

    def _run(self, upload: bytes, policy: str) -> UploadVerdict:
        limits = self._limits
        # -I: neither the current folder nor PYTHONPATH decides what runs; -B: nothing is written.
        command = [sys.executable, "-I", "-B", "-m", _MODULE, str(limits.address_space), str(limits.cpu_seconds)]
        try:
            done = subprocess.run(
                command,
                input=self._told(policy).to_line() + upload,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=_ENVIRONMENT,
                timeout=limits.wall_seconds,
                check=False,
            )
        except subprocess.TimeoutExpired:
            # Not the file's fault: one that takes too long uses up its processor time before.
            raise BusyError(
                "check-slow",
                "Hệ thống đang bận nên chưa kiểm tra xong tệp này. Chờ ít giây rồi gửi lại tệp.",
                "The system is busy and has not finished this check. Wait a few seconds and send the file again.",
            ) from None
        return _read(done)


def _read(done: subprocess.CompletedProcess[bytes]) -> UploadVerdict:
    if done.returncode in {-signal.SIGXCPU, -signal.SIGKILL}:
        return OVER_LIMIT
    try:
        return UploadVerdict.from_json(done.stdout)
    except ValueError:
        _log.warning("the judging process ended with %d and no verdict", done.returncode)
        return _FAILED


def extra_roots(path: Path | None) -> tuple[x509.Certificate, ...]:
    """The roots of a PEM file, none without one. Raises ConfigurationError when it cannot be read."""
    if path is None:
        return ()
    try:
        return tuple(x509.load_pem_x509_certificates(path.read_bytes()))
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"APPROVAL_TRUST_ROOTS: {path} holds no PEM certificate; correct it.") from error
