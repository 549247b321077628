"""Which PINs pass."""

from __future__ import annotations

import pytest

from approval.domain.pin_policy import WeakPinError, check_pin


@pytest.mark.parametrize("pin", ["482915", "100200", "918273", "123457", "999123456789"])
def test_an_ordinary_pin_is_accepted(pin: str) -> None:
    check_pin(pin)


@pytest.mark.parametrize("pin", ["", "12345", "1234567890123", "12a456", "１２３４５６", "482 915", "-48291"])
def test_another_shape_is_refused_with_what_to_enter(pin: str) -> None:
    with pytest.raises(WeakPinError) as caught:
        check_pin(pin)
    assert caught.value.code == "pin-shape"
    assert caught.value.field == "pin"


@pytest.mark.parametrize(
    "pin", ["000000", "123456", "654321", "901234", "123123", "121212", "112211", "135791", "12341234", "777777777"]
)
def test_an_obvious_pattern_is_refused(pin: str) -> None:
    with pytest.raises(WeakPinError) as caught:
        check_pin(pin)
    assert caught.value.code == "pin-trivial"
