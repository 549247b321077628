"""Whether the broker is there, asked of a real Redis and a real folder."""

from __future__ import annotations

from pathlib import Path

import pytest
import redis

from approval.adapters.broker import QUEUE, BrokerUnavailableError, check_broker, count_waiting
from tests.servers.waiting import free_port


def test_a_redis_that_answers_is_well(redis_url: str, tmp_path: Path) -> None:
    check_broker(redis_url, tmp_path)


@pytest.mark.parametrize("spoil", ["password", "port"])
def test_a_redis_that_does_not_answer_is_named(redis_url: str, tmp_path: Path, spoil: str) -> None:
    wrong = (
        "redis://:wrong@" + redis_url.partition("@")[2] if spoil == "password" else f"redis://127.0.0.1:{free_port()}"
    )
    with pytest.raises(BrokerUnavailableError) as refused:
        check_broker(wrong, tmp_path)
    assert "Redis" in refused.value.vi


def test_a_folder_is_well_before_its_first_use(tmp_path: Path) -> None:
    check_broker("filesystem://", tmp_path / "data")


def test_what_no_worker_takes_is_counted(redis_url: str, tmp_path: Path) -> None:
    assert (count_waiting(redis_url, tmp_path), count_waiting("filesystem://", tmp_path)) == (0, 0)
    with redis.Redis.from_url(redis_url) as client:
        client.rpush(QUEUE, "one", "two")
    folder = tmp_path / "queue" / "messages"
    folder.mkdir(parents=True)
    (folder / "1.giao-uoc.msg").touch()
    assert (count_waiting(redis_url, tmp_path), count_waiting("filesystem://", tmp_path)) == (2, 1)
    assert count_waiting(f"redis://127.0.0.1:{free_port()}/0", tmp_path) is None
