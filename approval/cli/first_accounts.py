"""Makes the first accounts of a one-machine installation and keeps their passwords and PINs for the owner."""

from __future__ import annotations

from approval.cli.embedded_home import EmbeddedHome


def make_first_accounts(home: EmbeddedHome) -> None:
    """Make the bloc, its people and the first draft, unless they are there."""
    if home.accounts_file.exists():
        return
