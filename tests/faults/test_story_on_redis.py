"""The whole story on PostgreSQL and Redis with gunicorn and two workers; Redis is emptied and restarted on the way."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from approval.adapters.mail_sink import mail_sink
from approval.app import create_app
from approval.cli.demo import STORY_BEGINS
from approval.cli.demo_mailbox import DemoMailbox, read_mails
from approval.cli.demo_story import Story
from approval.domain.document import Finding
from approval.domain.merkle import leaf_hash, root_of
from approval.extensions import parts
from approval.queries.audit_export import load_audit_export
from approval.services.seed_embedded import draw_accounts, seed_embedded
from tests.factories.settings import make_settings
from tests.faults.product_processes import running, start_beat, start_web, start_worker
from tests.servers.databases import close
from tests.servers.redis import RedisServer
from tests.servers.waiting import free_port

pytestmark = pytest.mark.timeout(400)


def test_the_story_ends_although_redis_forgets_everything(
    tmp_path: Path, postgres_url: str, redis_server: RedisServer
) -> None:
    data_dir, port, mail_port = tmp_path / "data", free_port(), free_port()
    data_dir.mkdir()
    settings = make_settings(
        data_dir,
        database_url=postgres_url,
        broker_url=redis_server.url,
        ratelimit_storage_uri=redis_server.for_database(1),
        listen_port=port,
        public_base_url=f"http://127.0.0.1:{port}",
        smtp_port=mail_port,
        sweep_seconds=0.5,
        clock_offset=timedelta(seconds=int((STORY_BEGINS - datetime.now(UTC)).total_seconds())),
    )
    app = create_app(settings)
    accounts = draw_accounts()
    with app.app_context():
        seed_embedded(accounts)
    told: list[str] = []

    def tell(line: str) -> None:
        """Redis loses all it knows between the steps, and is away for one."""
        told.append(line)
        redis_server.empty()
        if "mở ký" in line:
            redis_server.stop()
            redis_server.start()

    sink = mail_sink(data_dir / "mail", host="127.0.0.1", port=mail_port)
    sink.start()
    workers = [start_worker(settings, name="one"), start_worker(settings, name="two", pool="prefork")]
    final = tmp_path / "final.pdf"
    try:
        with running(start_web(settings), *workers, start_beat(settings)):
            Story(settings.public_base_url, accounts, DemoMailbox(data_dir / "mail", lambda: None), tell).play(final)
    finally:
        sink.stop()
    with app.app_context():
        assert parts().validator.inspect(final.read_bytes()).finding is Finding.SOUND
        history = load_audit_export()
        assert root_of(leaf_hash(payload) for payload in history.payloads) == history.root
    copies = Counter((mail.recipient, mail.subject) for mail in read_mails(data_dir / "mail"))
    assert len(copies) == 22
    assert set(copies.values()) == {1}
    close(app)
