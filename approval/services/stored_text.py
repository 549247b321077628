"""Reads the structured text back from the bytes that were stored and hashed."""

from __future__ import annotations

import json

from approval.domain.pledge_text import PledgeText


def parse_stored_text(content: bytes) -> PledgeText:
    """The text of canonical JSON as services stored it. Raises KeyError, TypeError or ValueError on anything else."""
    return PledgeText.from_dict(json.loads(content))
