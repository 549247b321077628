"""The folder and the port of a one-machine installation: what cannot work is said in one sentence."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import pytest

from approval.cli.embedded_home import LOOPBACK, REFUSED_BY_BROWSERS, prepare_folder, require_free


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    with pytest.raises(click.ClickException, match=rf"{file}/data.*--data-dir"):
        prepare_folder(file / "data")


def test_a_folder_is_the_owners_alone(tmp_path: Path) -> None:
    prepare_folder(tmp_path / "data")
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700


@contextmanager
def busy(port: int) -> Iterator[None]:
    with socket.socket() as taken:
        try:
            taken.bind((LOOPBACK, port))
        except OSError:
            pytest.skip(f"port {port} is in use on this machine already")
        taken.listen()
        yield


@pytest.mark.parametrize(("port", "offered"), [(5999, 6001), (6664, 6670), (4044, 4046)])
def test_a_busy_port_offers_one_that_browsers_open(port: int, offered: int) -> None:
    with busy(port), pytest.raises(click.ClickException, match=rf"LISTEN_PORT={offered} "):
        require_free(port)


@pytest.mark.parametrize("port", [6000, 10080])
def test_a_port_that_browsers_refuse_is_refused(port: int) -> None:
    assert port in REFUSED_BY_BROWSERS
    with pytest.raises(click.ClickException, match=rf"Browsers refuse port {port}.*LISTEN_PORT={port + 1} "):
        require_free(port)


def test_above_the_last_port_the_usual_one_is_offered() -> None:
    with busy(65535), pytest.raises(click.ClickException, match="LISTEN_PORT=8080 "):
        require_free(65535)
