"""Asks the command and the judge of the public page about one file: they must say the same."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from click.testing import CliRunner, Result
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from approval.adapters.clock import SystemClock
from approval.adapters.judging_child import judge_upload
from approval.adapters.judging_input import JudgingInput
from approval.cli.verify import command
from approval.domain.published_verdict import WORD_OF


def verify(folder: Path, content: bytes, root: x509.Certificate, *words: str, now: datetime | None = None) -> Result:
    """What the command says, once the page was found to say the same."""
    (folder / "root.crt").write_bytes(root.public_bytes(Encoding.PEM))
    (folder / "file").write_bytes(content)
    result = CliRunner().invoke(command, [str(folder / "file"), "--trust", str(folder / "root.crt"), *words])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert "Traceback" not in result.output
    policy = f"root {root.fingerprint(SHA256()).hex()}\n"
    shown = judge_upload(content, JudgingInput(now or SystemClock().now(), (root,), policy_text=policy))
    assert shown.word is WORD_OF[result.exit_code], (shown.reasons, result.output)
    assert shown.reasons[0]
    return result
