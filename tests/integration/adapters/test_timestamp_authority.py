"""Time stamps: made in process, and fetched over HTTP from a server on the loopback."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from asn1crypto import cms, tsp
from cryptography.hazmat.primitives.serialization import Encoding

from approval.adapters.pdf_signer import PdfSigner, token_time
from approval.adapters.timestamp_authority import Rfc3161Tsa, TimestampUnavailableError
from approval.domain.document import Finding
from tests.factories.pki import SigningHouse, signing_house
from tests.factories.signed_pledges import sign_all
from tests.factories.validators import public_validator

DIGEST = hashlib.sha256(b"signature").digest()
Respond = Callable[[bytes], bytes]


@pytest.fixture
def house(tmp_path: Path) -> SigningHouse:
    return signing_house(tmp_path)


@contextmanager
def tsa_server(respond: Respond, status: int = 200) -> Iterator[str]:
    """An RFC 3161 server on a free loopback port; gives its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.headers["Content-Type"] == "application/timestamp-query"
            reply = respond(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(status)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.end_headers()
            self.wfile.write(reply)

        def log_message(self, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/tsa"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_openssl_accepts_the_built_in_token(house: SigningHouse, tmp_path: Path) -> None:
    (tmp_path / "token").write_bytes(house.tsa.token(DIGEST))
    for name in ("root", "issuing"):
        certificate = getattr(house.authority, name).certificate
        (tmp_path / f"{name}.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    command: list[str | Path] = [
        "openssl",
        "ts",
        "-verify",
        "-digest",
        DIGEST.hex(),
        "-in",
        tmp_path / "token",
        "-token_in",
    ]
    command += ["-CAfile", tmp_path / "root.pem", "-untrusted", tmp_path / "issuing.pem"]
    moment = ["-attime", str(int(house.clock.now().timestamp()))]
    done = subprocess.run([*command, *moment], capture_output=True, text=True, check=False)
    assert "Verification: OK" in done.stdout, done.stderr


def test_the_token_tells_the_clocks_time(house: SigningHouse) -> None:
    assert token_time(house.tsa.token(DIGEST)) == house.clock.now()


def test_serial_numbers_do_not_repeat(house: SigningHouse) -> None:
    def serial(token: bytes) -> int:
        content = cms.ContentInfo.load(token)["content"]["encap_content_info"]["content"]
        return int(content.parsed["serial_number"].native)

    assert len({serial(house.tsa.token(DIGEST)) for _ in range(50)}) == 50


@pytest.mark.parametrize("digest", [b"", bytes(20), bytes(64)])
def test_only_sha256_digests_are_stamped(house: SigningHouse, digest: bytes) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        house.tsa.token(digest)


def test_a_token_comes_over_http(house: SigningHouse) -> None:
    with tsa_server(house.tsa.respond) as url:
        tsa = Rfc3161Tsa(url, timeout=5)
        tsa.check()
        assert token_time(tsa.token(DIGEST)) == house.clock.now()


def test_a_whole_document_can_be_stamped_over_http(house: SigningHouse) -> None:
    with tsa_server(house.tsa.respond) as url:
        over_http = SigningHouse(
            house.clock,
            house.authority,
            house.tsa,
            house.key_store,
            PdfSigner(house.authority, Rfc3161Tsa(url, timeout=5), house.clock),
        )
        pledge = sign_all(over_http, parties=2, order=(1, 2))
    assert public_validator(house).validate(pledge.final, pledge.expected).finding is Finding.SOUND


def always(reply: bytes) -> Callable[[SigningHouse], Respond]:
    return lambda _house: lambda _request: reply


def other_question(house: SigningHouse) -> Respond:
    return lambda request: house.tsa.respond(
        tsp.TimeStampReq(
            {
                "version": 1,
                "message_imprint": {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": bytes(32)},
                "nonce": tsp.TimeStampReq.load(request)["nonce"].native,
            }
        ).dump()
    )


def replayed(house: SigningHouse) -> Respond:
    old = house.tsa.token(DIGEST)
    return lambda _request: b"\x30\x82" + (len(old) + 5).to_bytes(2, "big") + b"\x30\x03\x02\x01\x00" + old


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (always(bytes.fromhex("30053003020102")), "refused"),  # status rejection (2) and no token
        (always(b"<html>busy</html>"), "malformed"),
        (always(b""), "malformed"),
        (other_question, "another question"),
        (replayed, "another question"),
    ],
)
def test_a_wrong_answer_is_not_used(house: SigningHouse, answer: Callable[[SigningHouse], Respond], words: str) -> None:
    with tsa_server(answer(house)) as url, pytest.raises(TimestampUnavailableError, match=words) as caught:
        Rfc3161Tsa(url, timeout=5).token(DIGEST)
    assert "Thử lại" in caught.value.vi


def test_an_error_status_and_a_dead_server_say_to_try_again(house: SigningHouse) -> None:
    with tsa_server(house.tsa.respond, status=500) as url, pytest.raises(TimestampUnavailableError):
        Rfc3161Tsa(url, timeout=5).token(DIGEST)
    with pytest.raises(TimestampUnavailableError):
        Rfc3161Tsa(url, timeout=1).check()


@pytest.mark.parametrize("url", ["", "ftp://127.0.0.1/", "file:///etc/passwd"])
def test_only_http_addresses_are_accepted(url: str) -> None:
    with pytest.raises(ValueError, match="http"):
        Rfc3161Tsa(url)


def test_another_hash_is_refused_by_the_built_in_authority(house: SigningHouse) -> None:
    imprint = {"hash_algorithm": {"algorithm": "sha1"}, "hashed_message": bytes(20)}
    with pytest.raises(ValueError, match="SHA-256"):
        house.tsa.respond(tsp.TimeStampReq({"version": 1, "message_imprint": imprint}).dump())
