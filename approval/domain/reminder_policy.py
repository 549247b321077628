"""How often people are reminded of one pledge: the coordinator's choice, within limits that keep it bearable."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Self

from approval.domain.errors import InvalidInputError

MOST_DAYS = 30
MOST_REMINDERS = 30


class Stage(StrEnum):
    """What people are reminded of; each has its own policy."""

    REVIEW = "review"
    SIGNING = "signing"


@dataclass(frozen=True, slots=True)
class ReminderPolicy:
    """All counts are working days.

    `first_after` the invitation comes the first reminder and then one `every` so many days (0: none); `day_before` and
    `on_the_day` of the deadline; after it `late_every` so many days (0: none). After `escalate_after` late days the
    agency's superior is told once (0: never). `cap` is the most reminders one representative gets in a stage.
    """

    first_after: int
    every: int
    day_before: bool
    on_the_day: bool
    late_every: int
    escalate_after: int
    cap: int

    def as_dict(self) -> dict[str, Any]:
        """Plain data, as stored and as written to the history."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """Inverse of `as_dict`. Raises TypeError on data of another shape."""
        return cls(**data)


DEFAULT_POLICIES: dict[Stage, ReminderPolicy] = {
    Stage.REVIEW: ReminderPolicy(2, 2, day_before=True, on_the_day=True, late_every=1, escalate_after=3, cap=10),
    Stage.SIGNING: ReminderPolicy(1, 1, day_before=True, on_the_day=True, late_every=1, escalate_after=2, cap=10),
}

_LIMITS = (
    ("first_after", "số ngày đến lần nhắc đầu", MOST_DAYS),
    ("every", "số ngày giữa hai lần nhắc", MOST_DAYS),
    ("late_every", "số ngày giữa hai lần nhắc quá hạn", MOST_DAYS),
    ("escalate_after", "số ngày quá hạn trước khi báo cấp trên", MOST_DAYS),
    ("cap", "số lần nhắc nhiều nhất", MOST_REMINDERS),
)


def check_policy(policy: ReminderPolicy) -> None:
    """Raise InvalidInputError, with `field` set, for counts out of range."""
    for field, label, most in _LIMITS:
        if not 0 <= getattr(policy, field) <= most:
            raise InvalidInputError(
                "policy-out-of-range",
                f"Phần {label} phải từ 0 đến {most}; hãy sửa rồi lưu lại.",
                f"{field} must be between 0 and {most}; correct it and save again.",
                field=field,
            )
