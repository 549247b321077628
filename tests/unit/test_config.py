"""Settings are read whole, and whatever would be unsafe stops the start with a sentence that names it."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from pathlib import Path

import pytest

from approval.config import CHEAP_KDF, ConfigurationError, KdfCost, Mode, Settings, check
from approval.domain.signed_note import KeyType, NoteKey
from approval.domain.witness_address import WitnessAddress
from tests.factories.settings import SECRET, make_settings, to_environment

_PRODUCTION = {
    "APPROVAL_MODE": "production",
    "APPROVAL_SECRET_KEY": SECRET,
    "APPROVAL_DATA_DIR": "/srv/giao-uoc",
    "APPROVAL_DATABASE_URL": "postgresql://approval:pw@db/approval",
    "APPROVAL_BROKER_URL": "redis://:pw@redis:6379/0",
    "APPROVAL_SMTP_HOST": "mail.example.vn",
    "APPROVAL_PUBLIC_BASE_URL": "https://giaouoc.example.vn/",
}
_EMBEDDED = {"APPROVAL_MODE": "embedded", "APPROVAL_SECRET_KEY": SECRET, "APPROVAL_DATA_DIR": "/srv/one"}


def test_production_reads_what_it_is_told() -> None:
    settings = Settings.from_environment(_PRODUCTION)
    assert settings.mode is Mode.PRODUCTION
    assert settings.public_base_url == "https://giaouoc.example.vn"
    assert settings.database_url == "postgresql+psycopg://approval:pw@db/approval"
    assert settings.cookie_secure
    assert settings.ratelimit_storage_uri == "redis://:pw@redis:6379/0"
    assert settings.password_kdf == settings.pin_kdf == KdfCost(memory_kib=65536, time=3, parallelism=4)
    assert "giaouoc.example.vn" in settings.trusted_hosts
    assert settings.log_origin == "giaouoc.example.vn/nhat-ky"
    assert settings.log_signer_dir == Path("/srv/giao-uoc/log-signer")
    assert settings.tsa_url is None
    assert not settings.moves_clock


def test_the_mode_is_production_unless_said_otherwise() -> None:
    environ = {name: value for name, value in _PRODUCTION.items() if name != "APPROVAL_MODE"}
    assert Settings.from_environment(environ).mode is Mode.PRODUCTION


def test_embedded_needs_a_secret_and_a_folder_only() -> None:
    settings = Settings.from_environment(_EMBEDDED)
    assert settings.database_url == "sqlite:////srv/one/giao-uoc.sqlite3"
    assert settings.broker_url == "filesystem://"
    assert settings.public_base_url == "http://127.0.0.1:8000"
    assert settings.listen_host == "127.0.0.1"
    assert settings.ratelimit_storage_uri == "memory://"
    assert not settings.cookie_secure


def test_secrets_are_not_shown_when_settings_are_printed() -> None:
    shown = repr(Settings.from_environment({**_PRODUCTION, "APPROVAL_SMTP_PASSWORD": "thu-mat"}))
    assert SECRET not in shown
    assert "pw@" not in shown
    assert "thu-mat" not in shown


def test_settings_cannot_be_changed() -> None:
    settings = Settings.from_environment(_EMBEDDED)
    with pytest.raises(dataclasses.FrozenInstanceError):
        settings.mode = Mode.TEST  # type: ignore[misc]


def test_secret_may_lie_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "kept").write_text(f"{SECRET}\n", encoding="utf-8")
    environ = {**_EMBEDDED, "APPROVAL_SECRET_KEY": "", "APPROVAL_SECRET_KEY_FILE": str(tmp_path / "kept")}
    assert Settings.from_environment(environ).secret_key == SECRET


def test_secret_of_the_data_folder_is_found(tmp_path: Path) -> None:
    (tmp_path / "secret-key").write_text(SECRET, encoding="utf-8")
    environ = {"APPROVAL_MODE": "embedded", "APPROVAL_DATA_DIR": str(tmp_path)}
    assert Settings.from_environment(environ).secret_key == SECRET


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"APPROVAL_SECRET_KEY": ""}, "SECRET_KEY is not set"),
        ({"APPROVAL_SECRET_KEY": SECRET[:31]}, "SECRET_KEY is shorter"),
        ({"APPROVAL_SECRET_KEY": "x" * 64}, "SECRET_KEY looks like"),
        ({"APPROVAL_SECRET_KEY": "change-me-" + SECRET}, "SECRET_KEY looks like"),
        ({"APPROVAL_DATABASE_URL": ""}, "DATABASE_URL is not set"),
        ({"APPROVAL_BROKER_URL": ""}, "BROKER_URL is not set"),
        ({"APPROVAL_SMTP_HOST": " "}, "SMTP_HOST is not set"),
        ({"APPROVAL_DATA_DIR": ""}, "DATA_DIR is not set"),
        ({"APPROVAL_PUBLIC_BASE_URL": ""}, "PUBLIC_BASE_URL is not set"),
        ({"APPROVAL_PUBLIC_BASE_URL": "http://giaouoc.example.vn"}, "PUBLIC_BASE_URL must be https"),
        ({"APPROVAL_PUBLIC_BASE_URL": "giaouoc.example.vn"}, "PUBLIC_BASE_URL must look like"),
        ({"APPROVAL_PUBLIC_BASE_URL": "ftp://giaouoc.example.vn"}, "PUBLIC_BASE_URL must look like"),
        ({"APPROVAL_COOKIE_SECURE": "0"}, "COOKIE_SECURE"),
        ({"FLASK_DEBUG": "1"}, "Debug is on"),
        ({"APPROVAL_BROKER_URL": "redis://redis:6379/0"}, "BROKER_URL names a Redis"),
        ({"APPROVAL_RATELIMIT_STORAGE_URI": "rediss://redis:6379/0"}, "RATELIMIT_STORAGE_URI names a Redis"),
        ({"APPROVAL_CLOCK_OFFSET_SECONDS": "1"}, "CLOCK_OFFSET_SECONDS"),
        ({"APPROVAL_FAILPOINT": "sign:1"}, "FAILPOINT"),
        ({"APPROVAL_PASSWORD_KDF_MEMORY_KIB": "1024"}, "KDF_MEMORY_KIB"),
        ({"APPROVAL_PIN_KDF_MEMORY_KIB": "1024"}, "KDF_MEMORY_KIB"),
        ({"APPROVAL_LOG_ORIGIN": "hai từ"}, "LOG_ORIGIN cannot be read"),
        ({"APPROVAL_WITNESSES": "http://127.0.0.1"}, "WITNESSES cannot be read"),
        ({"APPROVAL_MODE": "prod"}, "MODE cannot be read"),
        ({"APPROVAL_LISTEN_PORT": "eighty"}, "LISTEN_PORT cannot be read"),
        ({"APPROVAL_LISTEN_PORT": "70000"}, "LISTEN_PORT must lie between"),
        ({"APPROVAL_SMTP_TLS": "maybe"}, "SMTP_TLS cannot be read"),
        ({"APPROVAL_SWEEP_SECONDS": "0"}, "SWEEP_SECONDS cannot be read"),
        ({"APPROVAL_SWEEP_SECONDS": "nan"}, "SWEEP_SECONDS cannot be read"),
    ],
)
def test_production_refuses_to_start(change: dict[str, str], named: str) -> None:
    with pytest.raises(ConfigurationError, match=named):
        Settings.from_environment({**_PRODUCTION, **change})


@pytest.mark.parametrize("base_url", ["http://127.0.0.1:8000", "http://localhost:8000", "http://[::1]:8000"])
def test_production_may_be_tried_on_this_machine_without_tls(base_url: str) -> None:
    settings = Settings.from_environment({**_PRODUCTION, "APPROVAL_PUBLIC_BASE_URL": base_url})
    assert not settings.cookie_secure


def test_a_redis_of_this_machine_needs_no_password() -> None:
    environ = {**_PRODUCTION, "APPROVAL_BROKER_URL": "redis://127.0.0.1/0"}
    assert Settings.from_environment(environ).broker_url == "redis://127.0.0.1/0"


@pytest.mark.parametrize("mode", ["demo", "test"])
def test_demo_and_test_may_move_the_clock_and_hash_cheaply(mode: str) -> None:
    cheap = {f"APPROVAL_{use}_KDF_MEMORY_KIB": "8" for use in ("PASSWORD", "PIN")}
    environ = {**_EMBEDDED, **cheap, "APPROVAL_MODE": mode, "APPROVAL_CLOCK_OFFSET_SECONDS": "-86400"}
    settings = Settings.from_environment(environ)
    assert settings.clock_offset == timedelta(days=-1)
    assert settings.pin_kdf.memory_kib == CHEAP_KDF.memory_kib


@pytest.mark.parametrize("mode", ["demo", "embedded"])
def test_only_the_test_mode_dies_on_purpose(mode: str) -> None:
    with pytest.raises(ConfigurationError, match="FAILPOINT"):
        Settings.from_environment({**_EMBEDDED, "APPROVAL_MODE": mode, "APPROVAL_FAILPOINT": "sign:1"})


def test_embedded_may_not_move_the_clock() -> None:
    with pytest.raises(ConfigurationError, match="CLOCK_OFFSET"):
        Settings.from_environment({**_EMBEDDED, "APPROVAL_CLOCK_OFFSET_SECONDS": "60"})


def test_lists_are_split_and_flags_read() -> None:
    more = {"APPROVAL_TRUSTED_HOSTS": "a.vn, b.vn,", "APPROVAL_SMTP_TLS": "yes", "APPROVAL_PROXY_HOPS": "2"}
    settings = Settings.from_environment({**_PRODUCTION, **more})
    assert settings.trusted_hosts == ("a.vn", "b.vn")
    assert settings.smtp_tls
    assert settings.proxy_hops == 2


def test_settings_survive_the_way_through_an_environment(tmp_path: Path) -> None:
    settings = make_settings(
        tmp_path,
        clock_offset=timedelta(days=-3),
        failpoint="sign:3",
        smtp_user="thu",
        smtp_password="mat-khau",
        smtp_tls=True,
        tsa_url="http://127.0.0.1/tsa",
        session_idle=timedelta(minutes=5),
        proxy_hops=1,
        sweep_seconds=0.2,
    )
    assert Settings.from_environment(to_environment(settings)) == settings


def test_check_gives_safe_settings_back_and_refuses_others(tmp_path: Path) -> None:
    settings = make_settings(tmp_path)
    assert check(settings) is settings
    with pytest.raises(ConfigurationError, match="FAILPOINT"):
        check(dataclasses.replace(settings, mode=Mode.DEMO, failpoint="sign:1"))


@pytest.mark.parametrize(
    "address", ["tra-lai", "@b.example", "a@", "a+b@c.example", "a b@c.example", "<a@b.example>", "ă@b.vn"]
)
def test_a_bounce_mailbox_that_is_no_plain_address_stops_the_start(address: str) -> None:
    assert Settings.from_environment({**_EMBEDDED, "APPROVAL_BOUNCE_MAILBOX": "a@b.vn"}).bounce_mailbox == "a@b.vn"
    with pytest.raises(ConfigurationError, match="BOUNCE_MAILBOX"):
        Settings.from_environment({**_EMBEDDED, "APPROVAL_BOUNCE_MAILBOX": address})


def test_the_history_keeps_its_name_on_another_port() -> None:
    names = {Settings.from_environment({**_EMBEDDED, "APPROVAL_LISTEN_PORT": port}).log_origin for port in ("81", "82")}
    assert names == {"127.0.0.1/nhat-ky"}
    named = Settings.from_environment({**_EMBEDDED, "APPROVAL_LOG_ORIGIN": "khoi.example/nhat-ky"})
    assert named.log_origin == "khoi.example/nhat-ky"


def test_witnesses_are_read(tmp_path: Path) -> None:
    key = NoteKey("so-noi-vu.example", KeyType.COSIGNATURE, bytes(32))
    environ = {**_EMBEDDED, "APPROVAL_WITNESSES": f"http://127.0.0.1:8090|{key.vkey}"}
    assert Settings.from_environment(environ).witnesses == (WitnessAddress("http://127.0.0.1:8090", key),)
    again = to_environment(make_settings(tmp_path, witnesses=Settings.from_environment(environ).witnesses))
    assert again["APPROVAL_WITNESSES"] == environ["APPROVAL_WITNESSES"]


def test_keys_of_the_history_are_pinned(tmp_path: Path) -> None:
    keys = [NoteKey("khoi.example/nhat-ky", KeyType.ED25519, bytes([number]) * 32) for number in (1, 2)]
    environ = {**_EMBEDDED, "APPROVAL_LOG_KEYS": "  ".join(key.vkey for key in keys)}
    assert Settings.from_environment(environ).log_keys == tuple(keys)
    assert to_environment(make_settings(tmp_path, log_keys=tuple(keys)))["APPROVAL_LOG_KEYS"].split() == [
        key.vkey for key in keys
    ]
    with pytest.raises(ConfigurationError, match="LOG_KEYS"):
        Settings.from_environment({**_EMBEDDED, "APPROVAL_LOG_KEYS": keys[0].vkey[:-4]})
