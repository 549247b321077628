"""`approval run`: the whole product on one machine, until Ctrl-C."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import click
from flask import Flask

from approval.cli.embedded_home import DEFAULT_FOLDER, EmbeddedHome, free_port
from approval.cli.embedded_stack import EmbeddedStack

_TEND_SECONDS = 0.3


@click.command("run")
@click.option(
    "--data-dir",
    type=click.Path(path_type=Path, file_okay=False),
    default=lambda: os.environ.get("APPROVAL_DATA_DIR", DEFAULT_FOLDER),
    help="Where everything is kept. [default: .approval]",
)
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    default=lambda: os.environ.get("APPROVAL_LISTEN_PORT", "8000"),
    help="Port on this machine. [default: 8000]",
)
@click.pass_obj
def command(create_app: Callable[[], Flask], data_dir: Path, port: int) -> None:
    """Run web, worker, beat and a mail sink; stop with Ctrl-C."""
    home = EmbeddedHome(data_dir.expanduser().absolute(), port=port, mail_port=free_port())
    first_time = not home.accounts_file.exists()
    # Said explicitly: started in the background by a shell, a process inherits that Ctrl-C is ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGHUP, _stop)
    click.echo("Đang khởi động… / Starting…")
    try:
        with EmbeddedStack(home, create_app).running(click.echo) as supervisor:
            click.echo(_greeting(home, first_time=first_time))
            while True:
                supervisor.tend()
                time.sleep(_TEND_SECONDS)
    except KeyboardInterrupt:
        click.echo("Đã dừng; chạy lại lệnh này để tiếp tục. / Stopped; run it again to go on.")


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _greeting(home: EmbeddedHome, *, first_time: bool) -> str:
    lines = ["", f"  Giao Ước: {home.url}", f"  Hộp thư thử nghiệm / test mailbox: {home.url}/thu", ""]
    if first_time:
        lines += [home.accounts_file.read_text(encoding="utf-8")]
    lines += [
        f"  Tài khoản được lưu tại {home.accounts_file} (chỉ chủ máy đọc được). / Accounts are kept there.",
        "  Dừng bằng Ctrl-C. / Stop with Ctrl-C.",
        "",
    ]
    return "\n".join(lines)
