"""Settings of a test instance: cheap key derivation, everything below one folder."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

from approval.config import CHEAP_KDF, Mode, Settings

SECRET = "9f8c7b6a5e4d3c2b1a0f9e8d7c6b5a49"


def make_settings(data_dir: Path, **overrides: Any) -> Settings:
    """Test-mode settings on SQLite below `data_dir`; any field may be replaced by name."""
    usual = Settings(
        mode=Mode.TEST,
        secret_key=SECRET,
        database_url=f"sqlite:///{data_dir}/giao-uoc.sqlite3",
        broker_url="filesystem://",
        data_dir=data_dir,
        public_base_url="http://localhost",
        log_origin="localhost/nhat-ky",
        log_signer_dir=data_dir / "log-signer",
        trusted_hosts=("localhost", "127.0.0.1"),
        password_kdf=CHEAP_KDF,
        pin_kdf=CHEAP_KDF,
    )
    return dataclasses.replace(usual, **overrides)


def to_environment(settings: Settings) -> dict[str, str]:
    """The same settings as variables for a child process."""
    values: dict[str, object] = {
        "MODE": settings.mode,
        "SECRET_KEY": settings.secret_key,
        "DATABASE_URL": settings.database_url,
        "BROKER_URL": settings.broker_url,
        "DATA_DIR": settings.data_dir,
        "PUBLIC_BASE_URL": settings.public_base_url,
        "LOG_ORIGIN": settings.log_origin,
        "LOG_SIGNER_DIR": settings.log_signer_dir,
        "LISTEN_HOST": settings.listen_host,
        "LISTEN_PORT": settings.listen_port,
        "SMTP_HOST": settings.smtp_host,
        "SMTP_PORT": settings.smtp_port,
        "SMTP_USER": settings.smtp_user,
        "SMTP_PASSWORD": settings.smtp_password,
        "SMTP_TLS": int(settings.smtp_tls),
        "MAIL_FROM": settings.mail_from,
        "BOUNCE_MAILBOX": settings.bounce_mailbox,
        "TSA_URL": settings.tsa_url,
        "WITNESSES": " ".join(f"{one.url}|{one.key.vkey}" for one in settings.witnesses),
        "TRUST_ROOTS": settings.trust_roots,
        "LOG_KEYS": " ".join(key.vkey for key in settings.log_keys),
        "CLOCK_OFFSET_SECONDS": int(settings.clock_offset.total_seconds()),
        "SESSION_IDLE_MINUTES": int(settings.session_idle.total_seconds() // 60),
        "SESSION_ABSOLUTE_HOURS": int(settings.session_absolute.total_seconds() // 3600),
        "COOKIE_SECURE": int(settings.cookie_secure),
        "TRUSTED_HOSTS": ",".join(settings.trusted_hosts),
        "PROXY_HOPS": settings.proxy_hops,
        "RATELIMIT_STORAGE_URI": settings.ratelimit_storage_uri,
        "SWEEP_SECONDS": settings.sweep_seconds,
        "QUIET_HOURS": int(settings.quiet_hours),
        "FAILPOINT": settings.failpoint,
        "LOG_LEVEL": settings.log_level,
    }
    for name, cost in (("PASSWORD_KDF", settings.password_kdf), ("PIN_KDF", settings.pin_kdf)):
        values |= {
            f"{name}_MEMORY_KIB": cost.memory_kib,
            f"{name}_TIME": cost.time,
            f"{name}_PARALLELISM": cost.parallelism,
        }
    return {f"APPROVAL_{name}": str(value) for name, value in values.items() if value is not None}
