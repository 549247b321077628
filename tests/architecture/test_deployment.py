"""The production shape keeps its promises: one beat, no root, health checks, no secret that everybody knows."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from approval.config import ConfigurationError, Settings
from tests.architecture.source_tree import ROOT

_OURS = {"migrate", "web", "worker", "beat", "log-signer", "mail"}
_LASTING = {"web", "worker", "beat", "log-signer", "postgres", "redis", "mail"}
_SIGNER = "10002:10002"
_SECRETS = {"APPROVAL_SECRET_KEY", "POSTGRES_PASSWORD", "REDIS_PASSWORD"}
_HEX = "3f1c5a7e9b2d4f6081a3c5e7092b4d6f"


def _compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    return loaded


SERVICES: dict[str, dict[str, Any]] = _compose()["services"]


def _command(name: str) -> str:
    command = SERVICES[name].get("command", "")
    return command if isinstance(command, str) else " ".join(command)


def _example() -> dict[str, str]:
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def _filled(text: str, values: dict[str, str]) -> str:
    """What compose makes of `${NAME:-default}` and `${NAME:?words}`."""
    return re.sub(
        r"\$\{(\w+)(?::([-?])([^}]*))?\}",
        lambda found: values.get(found[1]) or (found[3] if found[2] == "-" else ""),
        text,
    )


def test_there_is_exactly_one_beat() -> None:
    beats = [name for name in SERVICES if re.search(r"\bbeat (-|$)| beat$|--beat|\s-B\b", _command(name))]
    assert beats == ["beat"]
    assert SERVICES["beat"].get("deploy", {}).get("replicas", 1) == 1


def test_the_parts_of_the_issue_are_there() -> None:
    assert _OURS | {"postgres", "redis"} == set(SERVICES)


@pytest.mark.parametrize("name", sorted(_LASTING))
def test_every_lasting_service_has_a_health_check(name: str) -> None:
    check = SERVICES[name]["healthcheck"]
    assert check["test"][0] in {"CMD", "CMD-SHELL"}
    assert {"interval", "timeout", "retries"} <= set(check)


@pytest.mark.parametrize("name", sorted(_OURS))
def test_our_services_run_without_rights(name: str) -> None:
    service = SERVICES[name]
    assert service["user"] == (_SIGNER if name == "log-signer" else "10001:10001")
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert "privileged" not in service


def test_the_image_does_not_run_as_root() -> None:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    final = text.rsplit("\nFROM ", 1)[1]
    assert re.search(r"^USER 10001:10001$", final, re.MULTILINE)
    assert "--require-hashes" in text
    assert "uv sync --frozen --no-dev" in text


def test_the_key_of_the_history_is_in_reach_of_its_signer_alone() -> None:
    holders = {
        name for name, service in SERVICES.items() if any("log-signer" in one for one in service.get("volumes", []))
    }
    assert holders == {"log-signer"}
    assert SERVICES["log-signer"]["volumes"] == ["log-signer:/log-signer"]
    assert SERVICES["log-signer"]["environment"]["APPROVAL_LOG_SIGNER_DIR"] == "/log-signer"
    assert "--gid 10002" in (ROOT / "Dockerfile").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["web", "worker", "beat"])
def test_work_starts_after_migration_and_healthy_servers(name: str) -> None:
    needs = SERVICES[name]["depends_on"]
    assert needs["migrate"]["condition"] == "service_completed_successfully"
    assert needs["postgres"]["condition"] == needs["redis"]["condition"] == "service_healthy"


def test_only_the_web_is_reachable_and_only_from_this_host() -> None:
    ports = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert list(ports) == ["web"]
    assert all(port.startswith("127.0.0.1:") for port in ports["web"])


def test_no_secret_has_a_default() -> None:
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    assert all(not value for name, value in _example().items() if name in _SECRETS)
    for name in _SECRETS:
        uses = re.findall(rf"\$\{{{name}([^}}]*)\}}", text)
        assert uses
        assert all(use.startswith(":?") for use in uses)


def test_every_variable_compose_asks_for_is_in_the_example() -> None:
    asked = set(re.findall(r"(?<!\$)\$\{(\w+)", (ROOT / "docker-compose.yml").read_text(encoding="utf-8")))
    assert asked == set(_example())


def test_settings_accept_the_filled_example() -> None:
    filled = _example() | dict.fromkeys(_SECRETS, _HEX) | {"APPROVAL_PUBLIC_BASE_URL": "https://giaouoc.example.vn"}
    environ = {name: _filled(str(value), filled) for name, value in SERVICES["web"]["environment"].items()}
    settings = Settings.from_environment({**environ, "APPROVAL_DATA_DIR": "/data"})
    assert settings.cookie_secure
    assert settings.database_url.startswith("postgresql+psycopg://")
    assert settings.broker_url != settings.ratelimit_storage_uri
    assert settings.smtp_host == "mail"
    assert settings.tsa_url is None


def test_settings_refuse_the_example_as_it_stands() -> None:
    environ = {name: _filled(str(value), _example()) for name, value in SERVICES["web"]["environment"].items()}
    with pytest.raises(ConfigurationError):
        Settings.from_environment({**environ, "APPROVAL_DATA_DIR": "/data"})


def test_health_checks_ask_by_a_name_the_settings_trust() -> None:
    environ = {"APPROVAL_SECRET_KEY": _HEX, "APPROVAL_DATA_DIR": "/data", "APPROVAL_SMTP_HOST": "mail"}
    environ |= {"APPROVAL_DATABASE_URL": "postgresql://u:p@db/x", "APPROVAL_BROKER_URL": "redis://:p@redis/0"}
    settings = Settings.from_environment({**environ, "APPROVAL_PUBLIC_BASE_URL": "https://giaouoc.example.vn"})
    asked = re.search(r"http://([^:/]+)", " ".join(SERVICES["web"]["healthcheck"]["test"]))
    assert asked is not None
    assert asked[1] in settings.trusted_hosts
