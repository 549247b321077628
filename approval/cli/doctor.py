"""`approval doctor`: what is wrong with this installation and what to do."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import click
from flask import Flask

from approval.adapters.broker import check_broker, count_waiting
from approval.adapters.clock import VIETNAM
from approval.adapters.mail_errors import START_MAIL_SERVER
from approval.adapters.parts import Parts
from approval.cli.this_installation import open_installation
from approval.domain.document import FieldBox
from approval.domain.errors import PledgeError
from approval.extensions import db, parts
from approval.queries.health import check_health
from approval.queries.log_head import load_unsigned_since
from approval.queries.log_keys import load_believed_keys, load_log_keys

# Every tone on every Vietnamese vowel that fonts most often lack.
_HARD_LETTERS = "ẮẰẲẴẶ ẤẦẨẪẬ ẾỀỂỄỆ ỐỒỔỖỘ ỚỜỞỠỢ ỨỪỬỮỰ ỲỴỶỸ đĐ – “”"
_SAMPLE_BOX = FieldBox("KIEM_TRA", 0, 0.0, 0.0, 260.0, 60.0)
_SUBJECTS = {
    "database": "Cơ sở dữ liệu",
    "disk": "Đĩa",
    "beat": "Lượt quét lịch nhắc (beat)",
    "worker": "Việc chờ worker",
    "mail": "Thư chờ gửi",
}
# Ten minutes are promised.
_SIGNED_WITHIN = timedelta(minutes=11)
_EARLIEST = datetime(2024, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One thing looked at; `advice` is "" when it is well."""

    subject: str
    advice: str


@click.command("doctor")
@click.pass_obj
def command(create_app: Callable[[], Flask]) -> None:
    """Check keys, fonts, mail, broker, database, clock and disk. Exit code 1 when something is wrong."""
    with open_installation(create_app).app_context():
        found = list(examine(parts()))
    for one in found:
        click.echo(f"  ✗ {one.subject}: {one.advice}" if one.advice else f"  ✓ {one.subject}")
    ill = [one for one in found if one.advice]
    click.echo(f"{len(ill)} điều cần sửa. / {len(ill)} to mend." if ill else "Mọi thứ ổn. / All is well.")
    sys.exit(1 if ill else 0)


def examine(tools: Parts) -> Iterator[Diagnosis]:
    """Every check, in the order in which mending helps most."""
    settings = tools.settings
    now, quiet = tools.clock.now(), settings.quiet_hours
    for item in check_health(
        db.session(),
        data_dir=settings.data_dir,
        now=now,
        count_waiting=lambda: count_waiting(settings.broker_url, settings.data_dir),
        quiet_hours=quiet,
    ):
        yield Diagnosis(_SUBJECTS[item.name], "" if item.ok else item.words)
    yield _try("Khóa mở ký, khóa niêm phong, dấu thời gian", lambda: _check_keys(tools))
    yield _try("Phông chữ", lambda: _print_hard_letters(tools))
    yield _mail_server(tools)
    yield _try("Hàng đợi (broker)", lambda: check_broker(settings.broker_url, settings.data_dir))
    yield _signed_history(tools)
    yield _known_log_key()
    yield _clock(tools)


def _try(subject: str, check: Callable[[], object]) -> Diagnosis:
    try:
        check()
    except PledgeError as error:
        return Diagnosis(subject, error.vi)
    except Exception as error:  # noqa: BLE001 - a doctor names what it finds, whatever it is, and goes on
        return Diagnosis(subject, f"lỗi chưa rõ ({type(error).__name__}: {error}); gửi dòng này cho Quản trị.")
    return Diagnosis(subject, "")


def _check_keys(tools: Parts) -> None:
    tools.signer.check()


def _mail_server(tools: Parts) -> Diagnosis:
    found = _try(f"Máy chủ thư {tools.settings.smtp_host}:{tools.settings.smtp_port}", tools.mailer.check)
    return replace(found, advice=f"{found.advice.rstrip('.')}. {START_MAIL_SERVER}") if found.advice else found


def _print_hard_letters(tools: Parts) -> None:
    tools.typesetter.typeset_seal_stamp(_SAMPLE_BOX, lines=[_HARD_LETTERS], test_notice=True)


def _signed_history(tools: Parts) -> Diagnosis:
    since = load_unsigned_since(db.session())
    if since is None or tools.clock.now() - since < _SIGNED_WITHIN:
        return Diagnosis("Ký nhật ký", "")
    words = f"có sự kiện chưa được ký từ {since.astimezone(VIETNAM):%H:%M %d/%m/%Y}; chạy `approval sign-log` và xem"
    return Diagnosis("Ký nhật ký", f"{words} nhật trình của tiến trình này (log-signer.log) nói vì sao dừng.")


def _known_log_key() -> Diagnosis:
    keys, believed = load_log_keys(db.session()), load_believed_keys(db.session())
    if not keys or keys[-1].vkey in believed:
        return Diagnosis("Khóa ký nhật ký", "")
    words = f"nhật ký ghi khóa {keys[-1].vkey} mà khóa cũ không ký. Nếu đó là khóa thay khóa đã mất, đặt"
    return Diagnosis(
        "Khóa ký nhật ký",
        f"{words} APPROVAL_LOG_KEYS={keys[-1].vkey}; nếu không ai thay khóa, có người đã sửa cơ sở dữ liệu.",
    )


def _clock(tools: Parts) -> Diagnosis:
    now = tools.clock.now()
    subject = f"Đồng hồ: {now.astimezone(VIETNAM):%H:%M:%S %d/%m/%Y} giờ Việt Nam"
    if now < _EARLIEST and tools.settings.clock_offset == timedelta(0):
        return Diagnosis(subject, "đồng hồ của máy chạy sai; bật đồng bộ giờ (NTP).")
    return Diagnosis(subject, "")
