"""The collector rests while anybody holds it, and only then."""

from __future__ import annotations

import gc
import threading

import pytest

from approval.adapters.pdf_collector import collector_held


def test_the_collector_rests_inside_and_works_again_outside() -> None:
    with collector_held():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_it_works_again_after_a_failure() -> None:
    with pytest.raises(ValueError, match="broken"), collector_held():
        raise ValueError("broken file")
    assert gc.isenabled()


def test_the_last_of_several_lets_go() -> None:
    entered, leave = threading.Event(), threading.Event()

    def hold() -> None:
        with collector_held():
            entered.set()
            leave.wait(10)

    other = threading.Thread(target=hold)
    with collector_held():
        other.start()
        assert entered.wait(10)
    assert not gc.isenabled()
    leave.set()
    other.join()
    assert gc.isenabled()
