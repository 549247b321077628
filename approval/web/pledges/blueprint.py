"""The blueprint that every file of this room adds its routes to."""

from __future__ import annotations

from flask import Blueprint

pledges = Blueprint("pledges", __name__, url_prefix="/van-ban")
