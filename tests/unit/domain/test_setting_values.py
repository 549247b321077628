"""What the text of a setting means, and what is refused with a word why."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from approval.domain.setting_values import (
    boolean,
    interval,
    is_off,
    log_origin,
    plain_address,
    with_driver,
)


def test_what_is_taken() -> None:
    assert boolean("Yes") is True
    assert boolean("off") is False
    assert is_off(" No ")
    assert not is_off("1")
    assert interval("0.5") == 0.5
    assert plain_address("tra-lai@co-quan.gov.vn") == "tra-lai@co-quan.gov.vn"
    assert log_origin("khoi.example/nhat-ky") == "khoi.example/nhat-ky"


@pytest.mark.parametrize(
    ("convert", "value", "words"),
    [
        (boolean, "perhaps", "neither"),
        (interval, "0", "between"),
        (interval, "3601", "between"),
        (plain_address, "An <an@co-quan.gov.vn>", "no plain address"),
        (log_origin, "hai từ", "without spaces"),
        (log_origin, "a+b", "without spaces"),
    ],
)
def test_what_is_refused(convert: Callable[[str], object], value: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        convert(value)


@pytest.mark.parametrize(
    ("url", "with_it"),
    [
        ("postgres://u@h/d", "postgresql+psycopg://u@h/d"),
        ("postgresql://u@h/d", "postgresql+psycopg://u@h/d"),
        ("sqlite:///x", "sqlite:///x"),
    ],
)
def test_the_driver_is_ours(url: str, with_it: str) -> None:
    assert with_driver(url) == with_it
