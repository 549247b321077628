"""Settings: one frozen record, read once from the environment; a missing or weak secret stops the start."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

PREFIX = "APPROVAL_"
SHORTEST_SECRET = 32
KNOWN_DEFAULTS = frozenset({"dev", "secret", "changeme", "change-me", "development", "password"})
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class ConfigurationError(Exception):
    """The environment cannot be used; the message says which variable and what to set."""


class Mode(StrEnum):
    """EMBEDDED: `approval run` on one machine. PRODUCTION: servers. DEMO and TEST may move the clock."""

    EMBEDDED = "embedded"
    PRODUCTION = "production"
    DEMO = "demo"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class KdfCost:
    """argon2id cost: memory in KiB, passes, lanes."""

    memory_kib: int = 65536
    time: int = 3
    parallelism: int = 4


CHEAP_KDF = KdfCost(memory_kib=8, time=1, parallelism=1)


@dataclass(frozen=True, slots=True)
class Settings:
    """All that the environment decides. Paths are absolute; below `data_dir` live files, keys, queues and the mail sink."""

    mode: Mode
    secret_key: str = field(repr=False)
    database_url: str = field(repr=False)
    broker_url: str = field(repr=False)
    data_dir: Path
    public_base_url: str
    listen_host: str = "127.0.0.1"
    listen_port: int = 8000
    smtp_host: str = "127.0.0.1"
    smtp_port: int = 1025
    smtp_user: str | None = None
    smtp_password: str | None = field(default=None, repr=False)
    smtp_tls: bool = False
    mail_from: str = "khong-tra-loi@giao-uoc.example"
    tsa_url: str | None = None
    clock_offset: timedelta = timedelta(0)
    session_idle: timedelta = timedelta(minutes=30)
    session_absolute: timedelta = timedelta(hours=12)
    cookie_secure: bool = False
    trusted_hosts: tuple[str, ...] = ()
    proxy_hops: int = 0
    password_kdf: KdfCost = KdfCost()
    pin_kdf: KdfCost = KdfCost()
    ratelimit_storage_uri: str = "memory://"
    sweep_seconds: float = 1.0
    failpoint: str | None = None
    log_level: str = "INFO"

    @property
    def moves_clock(self) -> bool:
        """Whether this mode accepts a clock offset."""
        return self.mode in {Mode.DEMO, Mode.TEST}

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Settings:
        """Read `APPROVAL_*`. Raises ConfigurationError with a sentence naming the variable at fault."""
        return check(_read(_Variables(environ)))


class _Variables:
    """Typed access to prefixed variables."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ

    def text(self, name: str, default: str | None = None) -> str:
        value = self._environ.get(PREFIX + name, "").strip()
        if value:
            return value
        if default is None:
            raise ConfigurationError(f"{PREFIX}{name} is missing. Set it and start again. / Thiếu {PREFIX}{name}.")
        return default

    def optional(self, name: str) -> str | None:
        return self.text(name, "") or None

    def number(self, name: str, default: float) -> float:
        raw = self.text(name, str(default))
        try:
            return float(raw)
        except ValueError:
            raise ConfigurationError(f"{PREFIX}{name} must be a number, not {raw!r}.") from None

    def flag(self, name: str, *, default: str) -> bool:
        raw = self.text(name, default).lower()
        if raw not in {"true", "false", "1", "0", "yes", "no"}:
            raise ConfigurationError(f"{PREFIX}{name} must be true or false, not {raw!r}.")
        return raw in {"true", "1", "yes"}

    def words(self, name: str) -> tuple[str, ...]:
        return tuple(part.strip() for part in self.text(name, "").split(",") if part.strip())


def _read(env: _Variables) -> Settings:
    raw_mode = env.text("MODE")
    if raw_mode not in set(Mode):
        raise ConfigurationError(f"{PREFIX}MODE must be one of {', '.join(Mode)}, not {raw_mode!r}.")
    mode = Mode(raw_mode)
    data_dir = Path(env.text("DATA_DIR")).expanduser().absolute()
    embedded = mode is not Mode.PRODUCTION
    host, port = env.text("LISTEN_HOST", "127.0.0.1"), int(env.number("LISTEN_PORT", 8000))
    base_url = env.text("PUBLIC_BASE_URL", f"http://{host}:{port}" if embedded else None).rstrip("/")
    return Settings(
        mode=mode,
        secret_key=env.text("SECRET_KEY"),
        database_url=env.text("DATABASE_URL", f"sqlite:///{data_dir / 'giao-uoc.sqlite3'}" if embedded else None),
        broker_url=env.text("BROKER_URL", "filesystem://" if embedded else None),
        data_dir=data_dir,
        public_base_url=base_url,
        listen_host=host,
        listen_port=port,
        smtp_host=env.text("SMTP_HOST", "127.0.0.1" if embedded else None),
        smtp_port=int(env.number("SMTP_PORT", 1025)),
        smtp_user=env.optional("SMTP_USER"),
        smtp_password=env.optional("SMTP_PASSWORD"),
        smtp_tls=env.flag("SMTP_TLS", default="false"),
        mail_from=env.text("MAIL_FROM", "khong-tra-loi@giao-uoc.example"),
        tsa_url=env.optional("TSA_URL"),
        clock_offset=timedelta(seconds=env.number("CLOCK_OFFSET_SECONDS", 0)),
        session_idle=timedelta(minutes=env.number("SESSION_IDLE_MINUTES", 30)),
        session_absolute=timedelta(hours=env.number("SESSION_ABSOLUTE_HOURS", 12)),
        cookie_secure=env.flag("COOKIE_SECURE", default=str(base_url.startswith("https://")).lower()),
        trusted_hosts=env.words("TRUSTED_HOSTS") or _own_hosts(base_url),
        proxy_hops=int(env.number("PROXY_HOPS", 0)),
        password_kdf=_kdf(env, "PASSWORD_KDF"),
        pin_kdf=_kdf(env, "PIN_KDF"),
        ratelimit_storage_uri=env.text("RATELIMIT_STORAGE_URI", "memory://"),
        sweep_seconds=env.number("SWEEP_SECONDS", 1.0 if embedded else 5.0),
        failpoint=env.optional("FAILPOINT"),
        log_level=env.text("LOG_LEVEL", "INFO"),
    )


def _own_hosts(base_url: str) -> tuple[str, ...]:
    host = urlsplit(base_url).hostname or ""
    return tuple(sorted(LOOPBACK)) if host in LOOPBACK else (host,)


def _kdf(env: _Variables, name: str) -> KdfCost:
    usual = KdfCost()
    return KdfCost(
        memory_kib=int(env.number(f"{name}_MEMORY_KIB", usual.memory_kib)),
        time=int(env.number(f"{name}_TIME", usual.time)),
        parallelism=int(env.number(f"{name}_PARALLELISM", usual.parallelism)),
    )


def check(settings: Settings) -> Settings:
    """Give the settings back, or raise ConfigurationError for what would be unsafe."""
    if settings.clock_offset and not settings.moves_clock:
        raise ConfigurationError(f"{PREFIX}CLOCK_OFFSET_SECONDS is accepted only in demo and test mode. Remove it.")
    if settings.failpoint and settings.mode is not Mode.TEST:
        raise ConfigurationError(f"{PREFIX}FAILPOINT is accepted only in test mode. Remove it.")
    if not settings.moves_clock and min(settings.password_kdf.memory_kib, settings.pin_kdf.memory_kib) < 19456:
        raise ConfigurationError("The key derivation needs at least 19456 KiB of memory outside demo and test mode.")
    if settings.secret_key.lower() in KNOWN_DEFAULTS or len(settings.secret_key) < SHORTEST_SECRET:
        raise ConfigurationError(
            f"{PREFIX}SECRET_KEY must be random and have at least {SHORTEST_SECRET} characters. "
            'Make one with: python -c "import secrets; print(secrets.token_urlsafe(48))"'
        )
    if settings.mode is Mode.PRODUCTION:
        _check_production(settings)
    return settings


def _check_production(settings: Settings) -> None:
    url = urlsplit(settings.public_base_url)
    if url.scheme != "https" and url.hostname not in LOOPBACK:
        raise ConfigurationError(f"{PREFIX}PUBLIC_BASE_URL must start with https:// in production.")
    if url.scheme == "https" and not settings.cookie_secure:
        raise ConfigurationError(f"{PREFIX}COOKIE_SECURE must be true in production.")
    broker = urlsplit(settings.broker_url)
    if broker.scheme.startswith("redis") and not broker.password and broker.hostname not in LOOPBACK:
        raise ConfigurationError(f"{PREFIX}BROKER_URL must carry a password when Redis is on another host.")
