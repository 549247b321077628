"""Looks whether the broker between beat and worker is there; only the worker speaks through it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import cast

from approval.domain.errors import WorkNotReadyError

# A health check waits for it.
_TIMEOUT_SECONDS = 2
QUEUE = "giao-uoc"


class BrokerUnavailableError(WorkNotReadyError):
    """Nothing can be nudged; outbox rows wait and are worked off once it is back."""


def count_waiting(url: str, data_dir: Path) -> int | None:
    """How many messages lie in the queue, taken by no worker; None when the broker does not answer."""
    try:
        return check_broker(url, data_dir)
    except BrokerUnavailableError:
        return None


def check_broker(url: str, data_dir: Path) -> int:
    """Ask Redis, or look at the queue folder; returns how many messages lie there.

    Raises BrokerUnavailableError.
    """
    if url.startswith("filesystem"):
        _check_folder(data_dir)
        return sum(1 for _ in (data_dir / "queue" / "messages").glob("*"))
    # A third of a second of import that only the doctor needs.
    import redis  # noqa: PLC0415

    try:
        with redis.Redis.from_url(
            url, socket_timeout=_TIMEOUT_SECONDS, socket_connect_timeout=_TIMEOUT_SECONDS
        ) as client:
            return int(cast("int", client.llen(QUEUE)))
    except (redis.RedisError, ValueError) as error:
        raise BrokerUnavailableError(
            "broker-unavailable",
            "Không kết nối được Redis; khởi động Redis hoặc sửa APPROVAL_BROKER_URL. Việc chưa làm vẫn được giữ.",
            f"Redis does not answer ({type(error).__name__}); start it or correct APPROVAL_BROKER_URL. Work is kept.",
        ) from error


def _check_folder(data_dir: Path) -> None:
    nearest = next(path for path in (data_dir / "queue" / "messages", data_dir, *data_dir.parents) if path.exists())
    if not os.access(nearest, os.W_OK | os.X_OK):
        raise BrokerUnavailableError(
            "broker-folder",
            f"Không ghi được vào {nearest}; sửa quyền của thư mục dữ liệu.",
            f"{nearest} cannot be written; correct the permissions of the data folder.",
        )
