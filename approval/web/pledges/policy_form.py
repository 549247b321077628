"""The form of a reminder policy: whole numbers and two ticks, kept as typed when refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from approval.domain.errors import InvalidInputError
from approval.domain.reminder_policy import ReminderPolicy, check_policy
from approval.web.pledges.fields import whole_number

LABELS = {
    "first_after": "Nhắc lần đầu sau",
    "every": "Rồi cứ mỗi",
    "late_every": "Quá hạn, cứ mỗi",
    "escalate_after": "Báo cấp trên sau khi quá hạn",
    "cap": "Nhiều nhất",
}


@dataclass(frozen=True, slots=True)
class PolicyForm:
    """What was typed; `numbers` by field name."""

    numbers: Mapping[str, str]
    day_before: bool
    on_the_day: bool

    @classmethod
    def of(cls, policy: ReminderPolicy) -> PolicyForm:
        """The form that says what holds now."""
        return cls({name: str(getattr(policy, name)) for name in LABELS}, policy.day_before, policy.on_the_day)

    @classmethod
    def read(cls, fields: Mapping[str, str]) -> PolicyForm:
        """The form of a request."""
        numbers = {name: " ".join(fields.get(name, "").split()) for name in LABELS}
        return cls(numbers, "day_before" in fields, "on_the_day" in fields)

    def policy(self) -> ReminderPolicy:
        """The policy asked for. Raises InvalidInputError with `field` set."""
        given = {name: self._count(name) for name in LABELS}
        policy = ReminderPolicy(**given, day_before=self.day_before, on_the_day=self.on_the_day)
        check_policy(policy)
        return policy

    def _count(self, name: str) -> int:
        count = whole_number(self.numbers[name], name, f"Ô “{LABELS[name]}”")
        if count is None:
            raise InvalidInputError(
                "number-missing",
                f"Ô “{LABELS[name]}” còn trống. Ghi một số (0 nghĩa là không nhắc) rồi gửi lại.",
                f"Field {name} is blank. Give a number (0 for none) and send again.",
                field=name,
            )
        return count
