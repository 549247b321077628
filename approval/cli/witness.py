"""`approval witness`: lets an agency watch that the history only grows, with a key and a memory of its own."""

from __future__ import annotations

from pathlib import Path

import click
from waitress import serve

from approval.adapters.clock import SystemClock
from approval.adapters.ed25519 import NoteSigner
from approval.adapters.signer_folder import SignerFolder
from approval.adapters.witness_station import WitnessStation, witness_signer
from approval.domain.errors import PledgeError
from approval.domain.signed_note import KeyType, NoteError, NoteKey
from approval.domain.witness import LONGEST_REQUEST


@click.command("witness")
@click.option("--name", required=True, help="Name of the witness in its signatures, e.g. so-noi-vu.bacgiang.gov.vn.")
@click.option("--log", "logs", multiple=True, required=True, help="Public key of the log (vkey); may be repeated.")
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False), required=True, help="Key and memory.")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8090, show_default=True, type=click.IntRange(1, 65535))
def command(name: str, logs: tuple[str, ...], folder: Path, host: str, port: int) -> None:
    """Cosign heads of a log that continue the last one signed here; answers POST /add-checkpoint."""
    station = open_station(name, logs, folder)
    click.echo(f"Khóa nhân chứng / key of the witness: {station.witness.key.vkey}")
    click.echo(f"http://{host}:{port}/add-checkpoint")
    serve(station, host=host, port=port, threads=4, ident=None, max_request_body_size=LONGEST_REQUEST)


def open_station(name: str, logs: tuple[str, ...], folder: Path) -> WitnessStation:
    """The witness of a folder; its key is made at the first start. Raises click.ClickException."""
    home = SignerFolder(folder.expanduser().absolute())
    try:
        keys = [_log_key(vkey) for vkey in logs]
        signer = witness_signer(home, lambda: NoteSigner.generate(name, KeyType.COSIGNATURE))
    except NoteError as error:
        raise click.ClickException(
            f"Tên hoặc khóa không dùng được: {error}. Sao chép nguyên dòng khóa của nhật ký. / "
            "The name or a key cannot be used; copy the whole line of the log's key."
        ) from error
    except PledgeError as error:
        raise click.ClickException(f"{error.vi} / {error.en}") from error
    if signer.key.name != name:
        raise click.ClickException(
            f"Thư mục này có khóa của nhân chứng {signer.key.name}. Dùng tên ấy, hoặc thư mục khác. / "
            f"This folder holds the key of {signer.key.name}. Use that name, or another folder."
        )
    return WitnessStation(home, signer, keys, SystemClock())


def _log_key(vkey: str) -> NoteKey:
    key = NoteKey.from_vkey(vkey)
    if key.type is not KeyType.ED25519:
        raise NoteError(f"{key.name} is no key of a log")
    return key
