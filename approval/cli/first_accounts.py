"""The first accounts of a one-machine installation, written down before they are made so that a crash loses none."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from approval.cli.embedded_home import EmbeddedHome, write_private
from approval.domain.states import AuthorityKind, Role
from approval.services.seed_embedded import SeedAccount, draw_accounts, seed_embedded

_HEADING = "Tài khoản của lần chạy đầu; mật khẩu đổi sau này không ghi vào đây. / Accounts of the first start."
_ROLE_NAMES = {
    Role.COORDINATOR: "Thư ký Khối / coordinator",
    Role.REPRESENTATIVE: "Đại diện cơ quan / representative",
    Role.OBSERVER: "Người theo dõi / observer",
    Role.ADMINISTRATOR: "Quản trị / administrator",
}


def make_first_accounts(home: EmbeddedHome) -> None:
    """Make the bloc, its people and the first draft, as far as they are missing; then tell the owner the passwords."""
    drawn = home.folder / "accounts.json"
    if not drawn.exists():
        write_private(drawn, json.dumps([asdict(account) for account in draw_accounts()], ensure_ascii=False, indent=1))
    accounts = read_accounts(drawn)
    seed_embedded(accounts)
    if not home.accounts_file.exists():
        write_private(home.accounts_file, _for_people(accounts))


def read_accounts(path: Path) -> tuple[SeedAccount, ...]:
    """The accounts drawn at the first start."""
    return tuple(_account(fields) for fields in json.loads(path.read_text(encoding="utf-8")))


def _account(fields: dict[str, str | None]) -> SeedAccount:
    return SeedAccount(
        role=Role(fields["role"] or ""),
        display_name=fields["display_name"] or "",
        email=fields["email"] or "",
        password=fields["password"] or "",
        agency=fields["agency"],
        pin=fields["pin"],
        authority=AuthorityKind(fields["authority"] or ""),
        position_title=fields["position_title"] or "",
    )


def _for_people(accounts: Sequence[SeedAccount]) -> str:
    lines = [_HEADING, ""]
    for role, name in _ROLE_NAMES.items():
        lines.append(name)
        for account in accounts:
            if account.role is role:
                pin = f"   PIN ký số: {account.pin}" if account.pin else ""
                lines += [f"  {account.display_name}", f"      {account.email}   mật khẩu: {account.password}{pin}"]
        lines.append("")
    return "\n".join(lines)
