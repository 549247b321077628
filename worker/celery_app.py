"""The Celery application: a hand that empties the outbox. Its broker holds nothing that matters."""

from __future__ import annotations

import os

from approval.config import Settings
from worker.celery_settings import make_celery

celery = make_celery(Settings.from_environment(os.environ), include=("worker.tasks",))
