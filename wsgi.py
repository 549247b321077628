"""WSGI entry: gunicorn and waitress serve `wsgi:app`."""

from __future__ import annotations

from approval.app import create_app

app = create_app()
