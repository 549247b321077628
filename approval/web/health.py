"""/healthz: for health checks and for people in a hurry."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from approval.adapters.broker import count_waiting
from approval.extensions import db, limiter, parts
from approval.queries.health import check_health
from approval.web.guards import Policy, policy

health = Blueprint("health", __name__)


@health.get("/healthz")
@limiter.exempt
@policy(Policy.PUBLIC)
def show() -> tuple[Response, int]:
    """200 when people can work, 503 when not, with words. A late worker is told but does not count: the web works."""
    settings = parts().settings
    items = check_health(
        db.session(),
        data_dir=settings.data_dir,
        now=parts().clock.now(),
        count_waiting=lambda: count_waiting(settings.broker_url, settings.data_dir),
        quiet_hours=settings.quiet_hours,
    )
    healthy = all(item.ok for item in items if item.counts)
    body = {
        "status": "ok" if healthy else "failing",
        "checks": {item.name: {"ok": item.ok, "message": item.words} for item in items},
    }
    return jsonify(body), 200 if healthy else 503
