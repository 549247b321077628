"""`approval mail-sink`: an SMTP server that keeps every mail as a file; the mail catcher of test installations."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import click

from approval.adapters.mail_sink import mail_sink

_STOPPING = (signal.SIGINT, signal.SIGTERM)


@click.command("mail-sink")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=1025, show_default=True, type=click.IntRange(1, 65535))
@click.option(
    "--folder", type=click.Path(path_type=Path, file_okay=False), help="Default: mail/ below APPROVAL_DATA_DIR."
)
def command(host: str, port: int, folder: Path | None) -> None:
    """Take mails by SMTP and keep each as an .eml file."""
    if folder is None and not os.environ.get("APPROVAL_DATA_DIR"):
        raise click.ClickException("Đặt --folder hoặc APPROVAL_DATA_DIR. / Set --folder or APPROVAL_DATA_DIR.")
    serve_mail(folder or Path(os.environ["APPROVAL_DATA_DIR"]) / "mail", host=host, port=port)


def serve_mail(folder: Path, *, host: str, port: int) -> None:
    """Keep mails until SIGINT or SIGTERM."""
    # Blocked before the server's thread starts, so that the signal waits for sigwait instead of ending the process.
    signal.pthread_sigmask(signal.SIG_BLOCK, _STOPPING)
    sink = mail_sink(folder, host=host, port=port)
    sink.start()
    click.echo(f"Hộp thư thử nghiệm nhận thư tại {host}:{port}, lưu vào {folder}. / Keeping mails in {folder}.")
    signal.sigwait(_STOPPING)
    sink.stop()
