"""The Celery application as beat needs it: it sends tasks by name, so it need not load them (100 MB less)."""

from __future__ import annotations

import os

from approval.config import Settings
from worker.celery_settings import make_celery

celery = make_celery(Settings.from_environment(os.environ), include=())
