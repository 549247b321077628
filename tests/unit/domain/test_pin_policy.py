"""Which PINs pass."""

from __future__ import annotations

import pytest

from approval.domain.pin_policy import PinShapeError, WeakPinError, check_pin, require_pin_shape


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


@pytest.mark.parametrize("typed", ["", " ", "12345", "1234567890123", "abcdef", "１２３４５６", "12 345", "482915 "])
def test_what_is_no_pin_is_not_tried(typed: str) -> None:
    with pytest.raises(PinShapeError) as refusal:
        require_pin_shape(typed)
    assert refusal.value.field == "pin"
    assert "chưa bị tính" in refusal.value.vi


@pytest.mark.parametrize("typed", ["482915", "000000", "123456789012"])
def test_any_pin_that_may_be_somebodys_is_tried(typed: str) -> None:
    require_pin_shape(typed)
