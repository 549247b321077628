"""The test mailbox of a one-machine installation: lets a newcomer read mails and follow their links."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, render_template

from approval.extensions import parts
from approval.queries.mailbox import list_mails, read_attachment, read_mail
from approval.web.downloads import Response, attachment
from approval.web.guards import Policy, policy

mailbox = Blueprint("mailbox", __name__, url_prefix="/thu")


@mailbox.get("")
@policy(Policy.EMBEDDED)
def index() -> str:
    """Newest mails first."""
    return render_template("mailbox/index.html", mails=list_mails(_folder()))


@mailbox.get("/<name>")
@policy(Policy.EMBEDDED)
def show(name: str) -> str:
    """One mail as plain text: nothing of it is ever run or loaded."""
    mail = read_mail(_folder(), name, base_url=parts().settings.public_base_url)
    return render_template("mailbox/show.html", mail=mail)


@mailbox.get("/<name>/tep/<int:index>")
@policy(Policy.EMBEDDED)
def file(name: str, index: int) -> Response:
    """One attachment as a download."""
    filename, content = read_attachment(_folder(), name, index)
    return attachment(content, filename)


def _folder() -> Path:
    return parts().settings.data_dir / "mail"
