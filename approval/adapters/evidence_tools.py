"""What making an evidence bundle needs besides its rows: seal, certificates, the verifier, the words to the reader."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Literal

from approval.adapters.evidence_seal import certificate_files, seal_manifest
from approval.adapters.evidence_zip import write_bundle
from approval.adapters.offline_verifier import verifier_text
from approval.adapters.pki import SigningAuthority
from approval.adapters.timestamp_authority import TimestampAuthority

_FOLDER = Path(__file__).resolve().parent / "offline"
_ANYTHING = sha256(b"whose certificates are asked for").digest()


class EvidenceTools:
    """The bundle-making hands of one installation."""

    def __init__(self, authority: SigningAuthority, tsa: TimestampAuthority) -> None:
        self._authority = authority
        self._tsa = tsa

    def verifier(self) -> bytes:
        """`verify.py`."""
        return verifier_text().encode("utf-8")

    def readme(self, language: Literal["vi", "en"]) -> bytes:
        """What is proven and what is not, and how to check it."""
        return (_FOLDER / f"README.{language}.md").read_bytes()

    def certificates(self, tokens: Sequence[bytes]) -> dict[str, bytes]:
        """Files with every certificate and CRL that seal and time stamps lead over.

        A token of today is asked for as well: the manifest, which names these files, is stamped only after it is done.
        Raises TimestampUnavailableError.
        """
        return certificate_files(self._authority, self._tsa, (self._tsa.token(_ANYTHING), *tokens))

    def seal(self, manifest: bytes) -> bytes:
        """`manifest.p7s`. Raises TimestampUnavailableError."""
        return seal_manifest(manifest, self._authority, self._tsa)

    def archive(self, files: Mapping[str, bytes]) -> bytes:
        """The ZIP."""
        return write_bundle(files)
