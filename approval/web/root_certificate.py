"""Chứng thư gốc: what an outsider needs to check a finished PDF, open to everybody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from flask import Blueprint, Response, render_template

from approval.extensions import db, parts
from approval.queries.checking_policy import load_checking_policy
from approval.web.guards import Policy, policy

root_certificate = Blueprint("root_certificate", __name__)


@dataclass(frozen=True, slots=True)
class RootCard:
    """One root: its name, period, and fingerprint in hex."""

    name: str
    not_before: datetime
    not_after: datetime
    sha256: str


@root_certificate.get("/chung-thu-goc")
@policy(Policy.PUBLIC)
def show() -> str:
    """The roots with their fingerprints, and how to use them."""
    authority = parts().authority
    cards = [_card(root) for root in authority.trust_roots]
    return render_template(
        "root_certificate/show.html",
        roots=cards,
        is_test=authority.is_test,
        policy=load_checking_policy(db.session()),
    )


@root_certificate.get("/chung-thu-goc.pem")
@policy(Policy.PUBLIC)
def download() -> Response:
    """The roots as one PEM file, ready for `approval verify --trust`."""
    pem = b"".join(root.public_bytes(Encoding.PEM) for root in parts().authority.trust_roots)
    answer = Response(pem, mimetype="application/x-pem-file")
    answer.headers["Content-Disposition"] = 'attachment; filename="chung-thu-goc.pem"'
    return answer


@root_certificate.get("/chinh-sach-kiem-tra.txt")
@policy(Policy.PUBLIC)
def checking_policy() -> Response:
    """Keys of the history, witnesses and roots, ready for `verify.py --policy` of a bundle."""
    answer = Response(load_checking_policy(db.session()), mimetype="text/plain")
    answer.headers["Content-Disposition"] = 'attachment; filename="policy.txt"'
    return answer


def _card(root: x509.Certificate) -> RootCard:
    return RootCard(
        name=root.subject.rfc4514_string(),
        not_before=root.not_valid_before_utc,
        not_after=root.not_valid_after_utc,
        sha256=root.fingerprint(SHA256()).hex(),
    )
