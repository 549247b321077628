"""`approval create-administrator`: the first account of a production installation, from which all others are made."""

from __future__ import annotations

from collections.abc import Callable

import click
from flask import Flask
from sqlalchemy.exc import OperationalError, ProgrammingError

from approval.adapters.passwords import generate_password
from approval.cli.this_installation import open_installation
from approval.domain.commands import SYSTEM_ACTOR, CreatePerson
from approval.domain.states import Role
from approval.extensions import parts
from approval.services.account_words import clean_address
from approval.services.create_person import create_person


@click.command("create-administrator")
@click.option("--name", required=True, help="The displayed name, e.g. “Quản trị”.")
@click.option("--email", required=True, help="The address to sign in with.")
@click.pass_obj
def command(create_app: Callable[[], Flask], name: str, email: str) -> None:
    """Make an administrator; the drawn password is printed once and kept nowhere."""
    password = generate_password()
    with open_installation(create_app).app_context():
        try:
            create_person(CreatePerson(SYSTEM_ACTOR, name, email, password, Role.ADMINISTRATOR))
        except (OperationalError, ProgrammingError) as error:
            raise click.ClickException(
                "Không dùng được cơ sở dữ liệu; chạy `approval migrate` trước, hoặc `approval doctor` để tìm lỗi. / "
                "The database cannot be used; run `approval migrate` first, or `approval doctor` to see why."
            ) from error
        url = parts().settings.public_base_url
    click.echo(
        f"Đã tạo tài khoản Quản trị. / Administrator made: {url}\n"
        f"  {clean_address(email)}   mật khẩu / password: {password}\n"
        "Mật khẩu chỉ hiện một lần này; đăng nhập rồi đổi ở Hồ sơ cá nhân. / "
        "The password is shown only now; sign in and change it at your profile."
    )
