"""Celery's limits and timeouts, set once, each with its reason."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from celery import Celery
from celery.signals import after_setup_logger

from approval.adapters.broker import QUEUE
from approval.config import Settings
from worker.folder_broker import use_folder_broker

# Longer than the longest task (a finalisation waiting for a distant time-stamp authority), or Redis would hand the
# task to a second worker while the first still runs it.
_VISIBILITY_SECONDS = 600
# A worker killed before it looked at a message: the sweep that follows does the same work, so slow return is harmless;
# yet the defaults (interval 10 s, every 10th time) leave unacknowledged messages lying for 100 s and more.
_RESTORE_INTERVAL_SECONDS = 2
_RESTORE_EVERY = 1
# One machine: a folder is the broker; at 0.1 s a task starts after 50 ms in the median for 0.4 % of a core.
_FOLDER_POLL_SECONDS = 0.1


def make_celery(settings: Settings, *, include: Sequence[str]) -> Celery:
    """A configured application. `include` names modules with tasks; beat needs none."""
    use_folder_broker()
    celery = Celery("giao-uoc", include=list(include))
    celery.conf.update(
        broker_url=settings.broker_url,
        broker_transport_options=transport_options(settings),
        broker_connection_retry_on_startup=True,
        # Redis may be away for hours: the worker must come back with it, not give up after 100 attempts.
        broker_connection_max_retries=None,
        task_ignore_result=True,
        task_serializer="json",
        accept_content=["json"],
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        # A prefetched message is a sweep nobody else can do.
        worker_prefetch_multiplier=1,
        worker_cancel_long_running_tasks_on_connection_loss=False,
        task_default_queue=QUEUE,
        beat_schedule=sweeps(settings.sweep_seconds),
        # Fixed intervals need no memory of the last run, hence no state file.
        beat_scheduler="celery.beat:Scheduler",
        beat_max_loop_interval=max(settings.sweep_seconds, 1.0),
        timezone="UTC",
        enable_utc=True,
        worker_hijack_root_logger=True,
        worker_send_task_events=False,
    )
    return celery


@after_setup_logger.connect  # type: ignore[untyped-decorator, unused-ignore]
def keep_sweeps_quiet(**_: object) -> None:
    """Three sweeps a second would fill the log with "received" and "succeeded"; failures still speak."""
    for name in ("celery.worker.strategy", "celery.app.trace"):
        logging.getLogger(name).setLevel(logging.WARNING)


def sweeps(seconds: float) -> dict[str, Any]:
    """Every sweep every `seconds`. A message expires when the next two are due: a backlog of nudges is only noise."""
    return {
        name: {"task": name, "schedule": seconds, "options": {"expires": max(2 * seconds, 2.0)}}
        for name in ("relay-mail", "finalise-due", "publish-log")
    }


def transport_options(settings: Settings) -> dict[str, Any]:
    """Options of the Redis or of the folder broker (made here, 0700)."""
    if not settings.broker_url.startswith("filesystem"):
        return {
            "visibility_timeout": _VISIBILITY_SECONDS,
            "unacked_restore_interval": _RESTORE_INTERVAL_SECONDS,
            "unacked_restore_throttle": _RESTORE_EVERY,
            "socket_timeout": 30,
            "socket_connect_timeout": 5,
            "socket_keepalive": True,
        }
    queue, control = (_folder(settings.data_dir / "queue" / name) for name in ("messages", "control"))
    return {
        "data_folder_in": queue,
        "data_folder_out": queue,
        "control_folder": control,
        "store_processed": False,
        "polling_interval": _FOLDER_POLL_SECONDS,
    }


def _folder(path: Path) -> str:
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return str(path)
