"""Settings: one frozen record, read once from the environment; a doubtful production setting stops the start."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from approval.domain.loopback import is_loopback
from approval.domain.setting_values import (
    boolean,
    interval,
    is_off,
    log_keys,
    log_origin,
    plain_address,
    with_driver,
)
from approval.domain.signed_note import NoteKey
from approval.domain.witness_address import WitnessAddress, witness_addresses

PREFIX = "APPROVAL_"
SECRET_FILE = "secret-key"  # noqa: S105 - a file name, not a secret
_SECRET_LENGTH = 32
_SECRET_DISTINCT = 8
_DEFAULT_SECRETS = ("change", "default", "example", "secret", "password", "replace", "insecure", "dev-", "test-")
# The smallest memory OWASP's password storage sheet accepts for argon2id.
_KDF_FLOOR_KIB = 19456

T = TypeVar("T")


class ConfigurationError(Exception):
    """A setting is missing, unreadable or unsafe; the message says which variable and what to do."""


class Mode(StrEnum):
    """What this process is part of. `demo` and `test` may move the clock; only `test` may arm a failpoint."""

    EMBEDDED = "embedded"
    PRODUCTION = "production"
    DEMO = "demo"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class KdfCost:
    """argon2id cost (RFC 9106): memory in KiB, passes, lanes."""

    memory_kib: int = 65536
    time: int = 3
    parallelism: int = 4


CHEAP_KDF = KdfCost(memory_kib=8, time=1, parallelism=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything the environment decides. Paths are absolute; secrets are left out of `repr`."""

    mode: Mode
    secret_key: str = field(repr=False)
    database_url: str = field(repr=False)
    broker_url: str = field(repr=False)
    data_dir: Path
    public_base_url: str
    log_origin: str
    log_signer_dir: Path
    listen_host: str = "127.0.0.1"
    listen_port: int = 8000
    smtp_host: str = "127.0.0.1"
    smtp_port: int = 1025
    smtp_user: str | None = None
    smtp_password: str | None = field(default=None, repr=False)
    smtp_tls: bool = False
    mail_from: str = "khong-tra-loi@giao-uoc.example"
    bounce_mailbox: str = ""
    tsa_url: str | None = None
    witnesses: tuple[WitnessAddress, ...] = ()
    trust_roots: Path | None = None
    log_keys: tuple[NoteKey, ...] = ()
    clock_offset: timedelta = timedelta(0)
    session_idle: timedelta = timedelta(minutes=30)
    session_absolute: timedelta = timedelta(hours=12)
    cookie_secure: bool = False
    trusted_hosts: tuple[str, ...] = ()
    proxy_hops: int = 0
    password_kdf: KdfCost = KdfCost()
    pin_kdf: KdfCost = KdfCost()
    ratelimit_storage_uri: str = field(default="memory://", repr=False)
    sweep_seconds: float = 1.0
    quiet_hours: bool = False
    failpoint: str | None = None
    log_level: str = "INFO"

    @property
    def moves_clock(self) -> bool:
        """Whether this mode accepts a clock offset."""
        return self.mode in {Mode.DEMO, Mode.TEST}

    @staticmethod
    def from_environment(environ: Mapping[str, str]) -> Settings:
        """Read `APPROVAL_*` variables. Raises ConfigurationError naming the variable at fault."""
        env = _Environment(environ)
        mode = env.take("MODE", Mode.PRODUCTION, Mode)
        data_dir = Path(env.text("DATA_DIR", _unless_production(mode, ".approval"))).expanduser().absolute()
        listen_host = env.text("LISTEN_HOST", "127.0.0.1")
        listen_port = env.number("LISTEN_PORT", 8000, low=1, high=65535)
        base_url = env.text("PUBLIC_BASE_URL", _unless_production(mode, f"http://{listen_host}:{listen_port}")).rstrip(
            "/"
        )
        broker_url = env.text("BROKER_URL", _unless_production(mode, "filesystem://"))
        settings = Settings(
            mode=mode,
            secret_key=_secret(env, data_dir),
            database_url=with_driver(
                env.text("DATABASE_URL", _unless_production(mode, f"sqlite:///{data_dir}/giao-uoc.sqlite3"))
            ),
            broker_url=broker_url,
            data_dir=data_dir,
            public_base_url=base_url,
            log_origin=env.take("LOG_ORIGIN", _own_log_origin(base_url), log_origin),
            log_signer_dir=env.take("LOG_SIGNER_DIR", data_dir / "log-signer", Path).expanduser().absolute(),
            listen_host=listen_host,
            listen_port=listen_port,
            smtp_host=env.text("SMTP_HOST", _unless_production(mode, "127.0.0.1")),
            smtp_port=env.number("SMTP_PORT", 1025, low=1, high=65535),
            smtp_user=env.optional("SMTP_USER"),
            smtp_password=env.optional("SMTP_PASSWORD"),
            smtp_tls=env.flag("SMTP_TLS", default=False),
            mail_from=env.text("MAIL_FROM", "khong-tra-loi@giao-uoc.example"),
            bounce_mailbox=env.take("BOUNCE_MAILBOX", "", plain_address),
            tsa_url=env.optional("TSA_URL"),
            witnesses=env.take("WITNESSES", (), witness_addresses),
            trust_roots=env.take("TRUST_ROOTS", None, Path),
            log_keys=env.take("LOG_KEYS", (), log_keys),
            clock_offset=timedelta(seconds=env.number("CLOCK_OFFSET_SECONDS", 0, low=-(10**10), high=10**10)),
            session_idle=timedelta(minutes=env.number("SESSION_IDLE_MINUTES", 30, low=1, high=24 * 60)),
            session_absolute=timedelta(hours=env.number("SESSION_ABSOLUTE_HOURS", 12, low=1, high=24 * 7)),
            cookie_secure=env.flag("COOKIE_SECURE", default=base_url.startswith("https://")),
            trusted_hosts=env.names("TRUSTED_HOSTS") or _own_hosts(base_url),
            proxy_hops=env.number("PROXY_HOPS", 0, low=0, high=5),
            password_kdf=_kdf(env, "PASSWORD_KDF"),
            pin_kdf=_kdf(env, "PIN_KDF"),
            ratelimit_storage_uri=env.text("RATELIMIT_STORAGE_URI", _default_ratelimit(broker_url)),
            sweep_seconds=env.take("SWEEP_SECONDS", 5.0 if mode is Mode.PRODUCTION else 1.0, interval),
            # A newcomer on one machine reads mail at any hour.
            quiet_hours=env.flag("QUIET_HOURS", default=mode is Mode.PRODUCTION),
            failpoint=env.optional("FAILPOINT"),
            log_level=env.text("LOG_LEVEL", "INFO").upper(),
        )
        debug = not is_off(environ.get("FLASK_DEBUG", ""))
        _refuse(debug and mode is Mode.PRODUCTION, "Debug is on. Unset FLASK_DEBUG in production.")
        return check(settings)


class _Environment:
    """Reads one prefixed variable at a time, turning every fault into a ConfigurationError."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ

    def optional(self, name: str) -> str | None:
        """The value, or None where unset or blank."""
        return self._environ.get(PREFIX + name, "").strip() or None

    def text(self, name: str, default: str | None) -> str:
        """The value or the default; a default of None makes the variable required."""
        value = self.optional(name) or default
        if value is None:
            raise ConfigurationError(f"{PREFIX}{name} is not set. Set it and start again.")
        return value

    def take(self, name: str, default: T, convert: Callable[[str], T]) -> T:
        """The converted value or the default."""
        value = self.optional(name)
        if value is None:
            return default
        try:
            return convert(value)
        except ValueError as error:
            raise ConfigurationError(f"{PREFIX}{name} cannot be read: {error}. Correct it and start again.") from error

    def number(self, name: str, default: int, *, low: int, high: int) -> int:
        """A whole number within bounds."""
        value = self.take(name, default, int)
        if not low <= value <= high:
            raise ConfigurationError(f"{PREFIX}{name} must lie between {low} and {high}, not {value}.")
        return value

    def flag(self, name: str, *, default: bool) -> bool:
        """1/true/yes/on or 0/false/no/off."""
        return self.take(name, default, boolean)

    def names(self, name: str) -> tuple[str, ...]:
        """A comma-separated list."""
        return tuple(part.strip() for part in (self.optional(name) or "").split(",") if part.strip())


def _unless_production(mode: Mode, default: str) -> str | None:
    return None if mode is Mode.PRODUCTION else default


def _default_ratelimit(broker_url: str) -> str:
    return broker_url if broker_url.startswith(("redis://", "rediss://")) else "memory://"


def _own_hosts(base_url: str) -> tuple[str, ...]:
    """The public name, and the loopback ones, by which health checks ask; links never come from what was asked."""
    return tuple(dict.fromkeys((urlsplit(base_url).hostname or "", "127.0.0.1", "localhost")))


def _own_log_origin(base_url: str) -> str:
    """The name of the history by default. Without the port: it must stay the same for as long as the history lasts."""
    return f"{urlsplit(base_url).hostname or 'localhost'}/nhat-ky"


def _kdf(env: _Environment, name: str) -> KdfCost:
    usual = KdfCost()
    return KdfCost(
        memory_kib=env.number(f"{name}_MEMORY_KIB", usual.memory_kib, low=8, high=4 * 1024 * 1024),
        time=env.number(f"{name}_TIME", usual.time, low=1, high=100),
        parallelism=env.number(f"{name}_PARALLELISM", usual.parallelism, low=1, high=64),
    )


def _secret(env: _Environment, data_dir: Path) -> str:
    """From the variable, else from a file (Docker secrets; the embedded mode keeps one in its data folder)."""
    direct = env.optional("SECRET_KEY")
    if direct is not None:
        return direct
    path = env.take("SECRET_KEY_FILE", data_dir / SECRET_FILE, Path)
    try:
        return path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ConfigurationError(
            f"{PREFIX}SECRET_KEY is not set and {path} cannot be read. "
            "Set it to at least 32 random characters, e.g. the output of `openssl rand -hex 32`."
        ) from error


def _refuse(condition: bool, message: str) -> None:  # noqa: FBT001 - reads as a sentence at each call
    if condition:
        raise ConfigurationError(message)


def check(settings: Settings) -> Settings:
    """Give the settings back, or raise ConfigurationError for what would be unsafe in their mode."""
    _check_everywhere(settings)
    if settings.mode is Mode.PRODUCTION:
        _check_production(settings)
    return settings


def _check_everywhere(settings: Settings) -> None:
    secret = settings.secret_key
    _refuse(len(secret) < _SECRET_LENGTH, f"{PREFIX}SECRET_KEY is shorter than {_SECRET_LENGTH} characters.")
    guessable = len(set(secret)) < _SECRET_DISTINCT or any(word in secret.lower() for word in _DEFAULT_SECRETS)
    _refuse(
        guessable and settings.mode is not Mode.TEST,
        f"{PREFIX}SECRET_KEY looks like a default or a pattern. Use `openssl rand -hex 32`.",
    )
    url = urlsplit(settings.public_base_url)
    _refuse(
        url.scheme not in ("http", "https") or not url.hostname,
        f"{PREFIX}PUBLIC_BASE_URL must look like https://giaouoc.example.vn",
    )
    _refuse(
        bool(settings.clock_offset) and not settings.moves_clock,
        f"{PREFIX}CLOCK_OFFSET_SECONDS is only for demo and test modes.",
    )
    cheapest = min(settings.password_kdf.memory_kib, settings.pin_kdf.memory_kib)
    _refuse(
        cheapest < _KDF_FLOOR_KIB and not settings.moves_clock,
        f"{PREFIX}PASSWORD_KDF_MEMORY_KIB and {PREFIX}PIN_KDF_MEMORY_KIB must be at least {_KDF_FLOOR_KIB}.",
    )
    _refuse(
        settings.failpoint is not None and settings.mode is not Mode.TEST,
        f"{PREFIX}FAILPOINT is only for the test mode.",
    )


def _check_production(settings: Settings) -> None:
    url = urlsplit(settings.public_base_url)
    local = is_loopback(url.hostname)
    _refuse(url.scheme != "https" and not local, f"{PREFIX}PUBLIC_BASE_URL must be https:// in production.")
    _refuse(not settings.cookie_secure and not local, f"{PREFIX}COOKIE_SECURE must be on in production.")
    for name, value in (("BROKER_URL", settings.broker_url), ("RATELIMIT_STORAGE_URI", settings.ratelimit_storage_uri)):
        broker = urlsplit(value)
        open_redis = broker.scheme in ("redis", "rediss") and not broker.password and not is_loopback(broker.hostname)
        _refuse(open_redis, f"{PREFIX}{name} names a Redis on another machine without a password.")
