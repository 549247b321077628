"""Only the loopback names and addresses are this machine."""

from __future__ import annotations

import pytest

from approval.domain.loopback import is_loopback


@pytest.mark.parametrize(
    ("host", "local"),
    [("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("localhost", True)]
    + [(host, False) for host in (None, "", "10.0.0.1", "localhost.example.vn", "127.0.0.1.example.vn")],
)
def test_loopback_means_this_machine_only(host: str | None, *, local: bool) -> None:
    assert is_loopback(host) is local
