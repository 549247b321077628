"""The folder of a one-machine installation: private, with a secret of its own, used by one supervisor at a time."""

from __future__ import annotations

import fcntl
import os
import secrets
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import click

LOOPBACK = "127.0.0.1"
DEFAULT_FOLDER = ".approval"
_LOCK_FILE = "run.lock"
# Above 1023, which ports below are root's anyway: Fetch standard, "port blocking".
REFUSED_BY_BROWSERS = frozenset(
    {1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, *range(6665, 6670), 6679, 6697, 10080}
)
_LAST_RESERVED, _LAST_PORT, _USUAL_PORT = 1023, 65535, 8080
_SECRET_FILE = "secret-key"  # noqa: S105 - a file name


@dataclass(frozen=True, slots=True)
class EmbeddedHome:
    """A data folder and the ports of one run."""

    folder: Path
    port: int
    mail_port: int

    @property
    def url(self) -> str:
        """Where people open the product."""
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def accounts_file(self) -> Path:
        """Passwords and PINs of the first start, readable by the owner only."""
        return self.folder / "accounts.txt"

    def log(self, name: str) -> Path:
        """Log file of a child."""
        return self.folder / "log" / f"{name}.log"

    def environment(self, mode: str, more: Mapping[str, str]) -> dict[str, str]:
        """Environment of the children: loopback only, own secret, mail into the sink."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("APPROVAL_")}
        return {
            **inherited,
            "APPROVAL_MODE": mode,
            "APPROVAL_DATA_DIR": str(self.folder),
            "APPROVAL_SECRET_KEY": _secret(self.folder / _SECRET_FILE),
            "APPROVAL_LISTEN_HOST": LOOPBACK,
            "APPROVAL_LISTEN_PORT": str(self.port),
            "APPROVAL_PUBLIC_BASE_URL": self.url,
            "APPROVAL_SMTP_HOST": LOOPBACK,
            "APPROVAL_SMTP_PORT": str(self.mail_port),
            "PYTHONUNBUFFERED": "1",
            "PYTHONFAULTHANDLER": "1",
            **more,
        }


def prepare_folder(folder: Path) -> None:
    """Make the data folder and its log folder, for the owner only. Raises click.ClickException."""
    try:
        for path in (folder, folder / "log"):
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
            path.chmod(0o700)
    except OSError as error:
        raise click.ClickException(
            f"Không tạo được thư mục dữ liệu {folder} ({error.strerror}). Chọn thư mục khác bằng --data-dir. / "
            f"Cannot make the data folder {folder} ({error.strerror}). Choose another one with --data-dir."
        ) from error


def lock_home(home: EmbeddedHome) -> IO[str]:
    """Hold the folder until the returned file is closed; it names the ports in use. Raises click.ClickException."""
    folder = home.folder
    file = (folder / _LOCK_FILE).open("a+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        raise click.ClickException(
            f"Giao Ước đang chạy với thư mục {folder}. Dùng cửa sổ đang chạy, hoặc dừng nó trước. / "
            f"Giao Ước already runs on {folder}. Use that one, or stop it first."
        ) from None
    file.truncate(0)
    file.write(f"{home.port} {home.mail_port}")
    file.flush()
    return file


def running_home(folder: Path) -> EmbeddedHome | None:
    """The home with the ports of the supervisor that runs on this folder now, or None."""
    try:
        with (folder / _LOCK_FILE).open() as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return None
    except BlockingIOError:
        port, mail_port = (folder / _LOCK_FILE).read_text().split()
        return EmbeddedHome(folder, port=int(port), mail_port=int(mail_port))
    return None


def require_free(port: int) -> None:
    """Raise click.ClickException with what to do when the port is taken, or one that browsers do not open."""
    other = _next_open(port)
    if port in REFUSED_BY_BROWSERS:
        raise click.ClickException(
            f"Trình duyệt không mở cổng {port}. Chọn cổng khác, ví dụ: APPROVAL_LISTEN_PORT={other} make run. / "
            f"Browsers refuse port {port}. Choose another, for example: APPROVAL_LISTEN_PORT={other} make run."
        )
    with socket.socket() as probe:
        # As the server itself does: a port in TIME_WAIT after the last run is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            raise click.ClickException(
                f"Cổng {port} đang được chương trình khác dùng. Chọn cổng khác, ví dụ: "
                f"APPROVAL_LISTEN_PORT={other} make run. / Port {port} is in use by another program. "
                f"Choose another, for example: APPROVAL_LISTEN_PORT={other} make run."
            ) from None


def _next_open(port: int) -> int:
    """The next port that a browser opens and that needs no root."""
    above = range(max(port, _LAST_RESERVED) + 1, _LAST_PORT + 1)
    return next((other for other in above if other not in REFUSED_BY_BROWSERS), _USUAL_PORT)


def free_port() -> int:
    """A port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def write_private(path: Path, text: str) -> None:
    """Write a file only its owner can read, whole or not at all."""
    half = path.with_suffix(".part")
    descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    half.replace(path)


def _secret(path: Path) -> str:
    """The installation's secret, made at first use."""
    if not path.exists():
        write_private(path, secrets.token_urlsafe(48))
    return path.read_text(encoding="utf-8").strip()
