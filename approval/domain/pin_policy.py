"""Which PINs are refused because anybody would try them first."""

from __future__ import annotations

from itertools import pairwise

from approval.domain.errors import InvalidInputError

MIN_DIGITS = 6
MAX_DIGITS = 12
MIN_DIFFERENT_DIGITS = 3


class WeakPinError(InvalidInputError):
    """The PIN breaks the policy; `field` is "pin"."""


class PinShapeError(InvalidInputError):
    """What was typed cannot be anybody's PIN, so trying it would only burn a try; `field` is "pin"."""


def require_pin_shape(pin: str) -> None:
    """Refuse what is no PIN at all (empty, letters, digits of other scripts) before a key is tried with it.

    Raises PinShapeError.
    """
    if not _is_shaped(pin):
        raise PinShapeError(
            "pin-not-a-pin",
            "Mã PIN gồm 6 đến 12 chữ số 0–9. Nhập lại; lần này chưa bị tính là nhập sai.",
            "A PIN has 6 to 12 digits 0–9. Enter it again; this was not counted as a wrong try.",
            field="pin",
        )


def check_pin(pin: str) -> None:
    """Accept 6 to 12 digits without an obvious pattern.

    Raises WeakPinError saying what to choose instead.
    """
    if not _is_shaped(pin):
        raise WeakPinError(
            "pin-shape",
            "Mã PIN phải gồm 6 đến 12 chữ số. Nhập lại mã khác.",
            "The PIN must be 6 to 12 digits. Enter another one.",
            field="pin",
        )
    if _is_trivial(pin):
        raise WeakPinError(
            "pin-trivial",
            "Mã PIN này quá dễ đoán (lặp lại hoặc liên tiếp). Chọn mã khác, ví dụ không theo dãy số.",
            "This PIN is too easy to guess (repeated or in sequence). Choose another one.",
            field="pin",
        )


def _is_shaped(pin: str) -> bool:
    return pin.isascii() and pin.isdigit() and MIN_DIGITS <= len(pin) <= MAX_DIGITS


def _is_trivial(pin: str) -> bool:
    return len(set(pin)) < MIN_DIFFERENT_DIGITS or _has_constant_step(pin) or _repeats(pin)


def _has_constant_step(pin: str) -> bool:
    steps = {(int(b) - int(a)) % 10 for a, b in pairwise(pin)}
    return len(steps) == 1


def _repeats(pin: str) -> bool:
    """Whether the PIN is one shorter block again and again, such as 123123."""
    return any(len(pin) % size == 0 and pin == pin[:size] * (len(pin) // size) for size in range(1, len(pin) // 2 + 1))
