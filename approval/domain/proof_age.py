"""How long the proof inside a finished document holds: its newest time stamp vouches for everything before it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from approval.domain.errors import PledgeError

WARNING = timedelta(days=365)


class ProofStanding(StrEnum):
    """`FIRM`: holds beyond the period asked about; `WEAKENING`: ends within it; `ENDED`: too late to renew."""

    FIRM = "firm"
    WEAKENING = "weakening"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class ProofAge:
    """When the newest document time stamp was made, and when the first certificate ends that it rests on (aware)."""

    stamped_at: datetime
    ends_at: datetime

    def standing(self, now: datetime, within: timedelta = WARNING) -> ProofStanding:
        """As of now, looking ahead for `within`."""
        if self.ends_at <= now:
            return ProofStanding.ENDED
        return ProofStanding.WEAKENING if self.ends_at - now <= within else ProofStanding.FIRM


class ProofNotRenewableError(PledgeError):
    """A new time stamp cannot carry the proof on; the file stays as it is."""


def no_longer_provable() -> ProofNotRenewableError:
    """The last time stamp is not good any more, so a new one would vouch for nothing."""
    return ProofNotRenewableError(
        "proof-ended",
        "Dấu thời gian cuối của văn bản không còn kiểm chứng được nên không gia hạn được. Dùng hồ sơ chứng cứ đã lưu.",
        "The document's last time stamp can no longer be verified, so it cannot be renewed. Use the evidence bundle.",
    )


def nothing_gained(ends_at: datetime) -> ProofNotRenewableError:
    """The authority's present certificate ends no later than the one in the file."""
    return ProofNotRenewableError(
        "stamp-not-newer",
        "Chứng thư hiện nay của nơi cấp dấu thời gian cũng hết hạn ngày "
        f"{ends_at:%d/%m/%Y}, nên gia hạn chưa có tác dụng. Cập nhật chứng thư của nơi cấp dấu thời gian rồi chạy lại.",
        f"The time-stamp authority's own certificate ends on {ends_at:%Y-%m-%d} too. Renew that one, then run again.",
    )
