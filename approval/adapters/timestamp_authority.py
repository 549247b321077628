"""Trusted time: a port with two adapters, the built-in test authority and any RFC 3161 server."""

from __future__ import annotations

import hashlib
import secrets
import urllib.error
import urllib.request
from typing import ClassVar, Protocol

from cryptography import x509

from approval.adapters.asn1 import cms, core, tsp
from approval.adapters.clock import Clock
from approval.adapters.pdf_cms import SHA256_ALGORITHM, cms_identity, der, time_stamp_token
from approval.adapters.pdf_der import integer, object_identifier, octet_string, sequence, tlv
from approval.adapters.pki_certificates import Identity
from approval.domain.errors import WorkNotReadyError

# A policy under the arc for documentation and examples (RFC 9371 §5); a test authority has no policy of its own.
_TEST_POLICY = object_identifier("1.3.6.1.4.1.32473.1.1")
_MAX_REPLY = 64 * 1024
_PROBE = hashlib.sha256(b"time-stamp authority check").digest()


class TimestampUnavailableError(WorkNotReadyError):
    """No usable time stamp was given. `reason` says why, for logs."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            "timestamp-unavailable",
            "Máy chủ cấp dấu thời gian chưa trả lời đúng nên chưa thể ký. Thử lại sau ít phút; "
            "nếu vẫn lỗi, báo Quản trị kiểm tra địa chỉ dấu thời gian.",
            f"The time-stamp authority gave no usable answer ({reason}), so nothing was signed. Try again in a few "
            "minutes; if it stays, ask the administrator to check the time-stamp address.",
        )
        self.reason = reason


class TimestampAuthority(Protocol):
    """Gives RFC 3161 tokens.

    `token_reserve`: how many bytes a token may take. `trust_roots`: roots of the authority where they are not the
    house's own. `is_remote`: its CRLs must be fetched at sealing.
    """

    token_reserve: int
    trust_roots: tuple[x509.Certificate, ...]
    is_remote: bool

    def token(self, digest: bytes) -> bytes:
        """A token (DER ContentInfo) over a SHA-256 digest of 32 bytes. Raises TimestampUnavailableError."""
        ...

    def check(self) -> None:
        """Ask for one token and throw it away. Raises TimestampUnavailableError."""
        ...


class BuiltInTestTsa:
    """Time stamps made in this process with the test authority's own key. Safe to share between threads."""

    token_reserve = 2048
    trust_roots: tuple[x509.Certificate, ...] = ()
    is_remote = False

    def __init__(self, identity: Identity, chain: tuple[x509.Certificate, ...], clock: Clock) -> None:
        self._key = identity.key
        self._identity = cms_identity(der(identity.certificate), tuple(der(c) for c in chain))
        self._clock = clock

    def token(self, digest: bytes) -> bytes:
        """A token over a SHA-256 digest, at the clock's moment in whole seconds."""
        return self._token(digest, nonce=None)

    def check(self) -> None:
        """Make a token; nothing outside this process can fail."""
        self.token(_PROBE)

    def respond(self, request: bytes) -> bytes:
        """Answer an encoded TimeStampReq as a server would (RFC 3161 §2.4). Raises ValueError on anything else."""
        parsed = tsp.TimeStampReq.load(request)
        imprint = parsed["message_imprint"]
        if imprint["hash_algorithm"]["algorithm"].native != "sha256":
            raise ValueError("only SHA-256 imprints are stamped")
        nonce = parsed["nonce"].native
        granted = sequence(integer(0))
        return sequence(granted, self._token(imprint["hashed_message"].native, nonce=nonce))

    def _token(self, digest: bytes, *, nonce: int | None) -> bytes:
        if len(digest) != hashlib.sha256().digest_size:
            raise ValueError("a SHA-256 digest has 32 bytes")
        moment = self._clock.now().strftime("%Y%m%d%H%M%SZ").encode()
        tst_info = sequence(
            integer(1),
            _TEST_POLICY,
            sequence(SHA256_ALGORITHM, octet_string(digest)),
            integer(secrets.randbits(63)),
            tlv(0x18, moment),
            integer(nonce) if nonce is not None else b"",
        )
        return time_stamp_token(self._identity, tst_info, self._key)


class Rfc3161Tsa:
    """A time-stamp server reached over HTTP (RFC 3161 §3.4)."""

    token_reserve = 12 * 1024
    is_remote = True

    def __init__(self, url: str, timeout: float = 10.0, *, trust_roots: tuple[x509.Certificate, ...] = ()) -> None:
        """`timeout` in seconds; `trust_roots` of the server's own chain. Raises ValueError when not http(s)."""
        if not url.startswith(("http://", "https://")):
            raise ValueError("the time-stamp address must start with http:// or https://")
        self._url = url
        self._timeout = timeout
        self.trust_roots = trust_roots

    def token(self, digest: bytes) -> bytes:
        """A token over a SHA-256 digest; refused unless it answers exactly this question."""
        nonce = secrets.randbits(63) | 1 << 62  # always eight bytes, so that request sizes do not vary
        query = sequence(
            integer(1), sequence(SHA256_ALGORITHM, octet_string(digest)), integer(nonce), tlv(0x01, b"\xff")
        )
        return _checked_token(self._ask(query), digest, nonce)

    def check(self) -> None:
        """Ask the server for one token."""
        self.token(_PROBE)

    def _ask(self, query: bytes) -> bytes:
        request = urllib.request.Request(  # noqa: S310 - the scheme is checked in the constructor
            self._url,
            data=query,
            headers={"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"},
        )
        try:
            with urllib.request.urlopen(request, timeout=self._timeout) as reply:  # noqa: S310 - as above
                return bytes(reply.read(_MAX_REPLY))
        except (OSError, ValueError) as error:
            raise TimestampUnavailableError(type(error).__name__) from error


class _Reply(core.Sequence):  # type: ignore[misc]  # asn1crypto has no types
    """TimeStampResp of RFC 3161 §2.4.2; asn1crypto's own wants a token even where the server refuses."""

    _fields: ClassVar = [("status", tsp.PKIStatusInfo), ("time_stamp_token", cms.ContentInfo, {"optional": True})]


def _checked_token(reply: bytes, digest: bytes, nonce: int) -> bytes:
    try:
        parsed = _Reply.load(reply)
        if parsed["status"]["status"].native not in {"granted", "granted_with_mods"}:
            raise TimestampUnavailableError("refused")
        token: cms.ContentInfo = parsed["time_stamp_token"]
        info = token["content"]["encap_content_info"]["content"].parsed
        same = info["message_imprint"]["hashed_message"].native == digest and info["nonce"].native == nonce
        encoded: bytes = token.dump()
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise TimestampUnavailableError("malformed reply") from error
    if not same:
        raise TimestampUnavailableError("answer to another question")
    return encoded
