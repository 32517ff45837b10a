"""What a server says of itself when the database or the broker goes away under it."""

from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from repscope.backend.app import create_app
from repscope.core.settings import Settings
from tests.backend.conftest import URL
from tests.backend.recipes import DIGITS
from tests.servers import Postgres, Redis, postgres_server, redis_server

pytestmark = [pytest.mark.redis, pytest.mark.postgres]


@pytest.fixture
def broker() -> Iterator[Redis]:
    with redis_server() as server:
        yield server


@pytest.fixture
def database() -> Iterator[Postgres]:
    """One of its own, since it is killed."""
    with postgres_server() as server:
        yield server


def metric(client: httpx2.Client, name: str) -> list[float]:
    families = text_string_to_metric_families(client.get("/metrics").text)
    return [s.value for family in families for s in family.samples if s.name == name]


def test_a_server_tells_what_is_away(tmp_path: Path, broker: Redis, database: Postgres) -> None:
    settings = Settings(
        data=tmp_path / "data", redis_url=broker.url, database_url=database.new_database()
    )
    with TestClient(create_app(settings), base_url=URL) as client:
        assert client.post("/api/jobs", json=DIGITS).status_code == 202
        assert client.get("/api/health/ready").json() == {"status": "ready", "broker": "up"}
        assert metric(client, "repscope_queue_length") == [1.0]
        broker.kill()
        assert client.get("/api/health/ready").json() == {"status": "ready", "broker": "down"}
        database.kill()
        answer = client.get("/api/health/ready")
        assert answer.status_code == 503
        assert "database" in answer.json()["error"]["message"]
        assert client.get("/api/health/live").status_code == 200
        assert metric(client, "repscope_database_up") == [0.0]
        assert metric(client, "repscope_jobs") == []
        database.start()
        broker.start()
        assert client.get("/api/health/ready").json() == {"status": "ready", "broker": "up"}
        assert metric(client, "repscope_queue_length") == [1.0]
