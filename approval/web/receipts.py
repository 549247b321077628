"""Biên nhận: what a person keeps to prove later that their act is in the history, and has not been changed."""

from __future__ import annotations

from flask import Blueprint, Response

from approval.extensions import db
from approval.queries.history_receipt import load_history_receipt
from approval.queries.log_receipt import load_log_receipt
from approval.web.actor import current_viewer
from approval.web.downloads import attachment
from approval.web.guards import Policy, policy

receipts = Blueprint("receipts", __name__, url_prefix="/bien-nhan")


@receipts.get("/<int:seq>.tlog-proof")
@policy(Policy.SIGNED_IN)
def proof(seq: int) -> Response:
    """The receipt of one event (C2SP tlog-proof)."""
    receipt = load_log_receipt(db.session(), current_viewer(), seq)
    return attachment(receipt.text.encode(), f"bien-nhan-{seq}.tlog-proof")


@receipts.get("/diem-kiem.txt")
@policy(Policy.SIGNED_IN)
def checkpoint() -> Response:
    """The newest signed head (C2SP tlog-checkpoint)."""
    receipt = load_history_receipt(db.session())
    return attachment(receipt.text.encode(), f"diem-kiem-{receipt.size}.txt", mimetype="text/plain")
