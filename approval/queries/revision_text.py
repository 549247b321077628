"""Parsed revision texts, remembered by hash: a frozen text never changes, so its parse never does."""

from __future__ import annotations

import json
from functools import lru_cache

from approval.domain.pledge_text import PledgeText


@lru_cache(maxsize=64)
def parse_text(content: bytes) -> PledgeText:
    """The text behind canonical JSON bytes."""
    return PledgeText.from_dict(json.loads(content))
