"""The services of docker-compose.yml, started as it starts them, against real databases."""

import re
import secrets
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psutil
import psycopg
import pytest

from repscope.core import frames
from tests.compose.composition import composition
from tests.compose.processes import Service
from tests.servers import Postgres
from tools.app import free_port

pytestmark = [
    pytest.mark.slow,
    pytest.mark.redis,
    pytest.mark.postgres,
    pytest.mark.timeout(600),
]

EMBEDDING = {
    "kind": "embedding",
    "method": "embed",
    "inputs": {
        "dataset": {"kind": "dataset", "method": "digits"},
        "encoder": {"kind": "encoder", "method": "pixels"},
    },
}


def tsne(seed: int, iterations: int = 250) -> dict[str, Any]:
    recipe = {"kind": "projection", "method": "tsne", "inputs": {"embedding": EMBEDDING}}
    return {**recipe, "params": {"iterations": iterations}, "seed": seed}


class Cluster:
    """All services, with two workers for what is computed."""

    def __init__(self, folder: Path, postgres: Postgres) -> None:
        self.database = postgres.new_database()
        variables = {"REPSCOPE_INTERNAL_PASSWORD": secrets.token_hex(16)}
        services = composition(variables=variables)["services"]
        redis_port, self.port = free_port(), free_port()
        address = self.database.rpartition("@")[2]
        here = {
            "@postgres:5432/repscope": f"@{address}",
            "@redis:6379": f"@127.0.0.1:{redis_port}",
            "redis-cli": f"redis-cli -p {redis_port}",
            ":8000": f":{self.port}",
            "8000": str(self.port),
            "/data": str(folder / "data"),
        }
        # The images of PostgreSQL bring their own command; the server of the tests stands for it.
        del services["postgres"]
        redis = services["redis"]
        redis["command"] += ["--port", str(redis_port), "--bind", "127.0.0.1", "--dir", str(folder)]
        self.services = {
            name: Service(name, described, folder, here) for name, described in services.items()
        }
        self.url = f"http://127.0.0.1:{self.port}"
        self.client = httpx.Client(base_url=self.url, timeout=30.0)

    def start(self) -> None:
        for name, service in self.services.items():
            if name in ("redis", "backend"):
                service.start()
                service.wait_until_healthy()
        self.client.headers["Authorization"] = f"Bearer {self.link().partition('token=')[2]}"
        workers = {n: s for n, s in self.services.items() if n.startswith("worker-")}
        for name, worker in workers.items():
            assert not worker.healthy(), f"{name} is healthy before it runs"
            worker.start()
        self.services["worker-compute"].start()
        for worker in workers.values():
            worker.wait_until_healthy()

    def link(self) -> str:
        """What the backend printed to come in by."""
        said = self.services["backend"].said()
        found = re.search(r"http://127\.0\.0\.1:\d+/\?token=[\w-]+", said)
        assert found is not None, said
        return found[0]

    def get(self, path: str) -> Any:
        return self.client.get(path).raise_for_status().json()

    def submit(self, recipe: dict[str, Any]) -> str:
        job: str = self.client.post("/api/jobs", json=recipe).raise_for_status().json()["id"]
        return job

    def wait(self, *jobs: str) -> set[str]:
        """Wait until the jobs are done; returns the workers that were seen at one of them."""
        seen = set()
        left = set(jobs)
        while left:
            for worker in self.get("/api/health")["workers"]:
                if worker["job"] in jobs:
                    seen.add(worker["id"])
            for job in list(left):
                found = self.get(f"/api/jobs/{job}")
                assert found["state"] in ("waiting", "queued", "running", "done"), found
                if found["state"] == "done":
                    left.remove(job)
            time.sleep(0.1)
        return seen


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory, postgres: Postgres) -> Iterator[Cluster]:
    cluster = Cluster(tmp_path_factory.mktemp("services"), postgres)
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.client.close()
        for service in reversed(cluster.services.values()):
            service.kill()


def test_nobody_comes_in_without_the_token(cluster: Cluster) -> None:
    for path in ("/", "/api/health", "/api/catalogue", "/openapi.json"):
        assert httpx.get(cluster.url + path).status_code == 401
    with httpx.Client(follow_redirects=True) as browser:
        assert "<title>Repscope" in browser.get(cluster.link()).text
        # Its cookie opens the rest.
        assert browser.get(cluster.url + "/api/catalogue").status_code == 200


def test_a_map_is_made(cluster: Cluster) -> None:
    job = cluster.submit(tsne(seed=1))
    cluster.wait(job)
    answer = cluster.client.get(f"/api/artifacts/{job}/arrays/points.npy").raise_for_status()
    assert answer.content.startswith(b"\x93NUMPY")


def test_a_live_call_is_answered(cluster: Cluster) -> None:
    embedding = cluster.submit(EMBEDDING)
    cluster.wait(embedding)
    call = {"inputs": {"embedding": embedding}, "params": {"row": 7, "k": 5}}
    answer = cluster.client.post("/api/live/neighbors", json=call).raise_for_status()
    arrays, _ = frames.decode(answer.content)
    assert arrays["indices"].shape == (5,)


def test_two_workers_share_the_jobs(cluster: Cluster) -> None:
    jobs = [cluster.submit(tsne(seed=seed)) for seed in range(10, 14)]
    seen = cluster.wait(*jobs)
    assert len(seen) == 2
    with psycopg.connect(cluster.database) as connection:
        rows = connection.execute("SELECT attempts FROM jobs WHERE id = ANY(%s)", [jobs]).fetchall()
    assert rows == [(1,)] * len(jobs)


def test_every_service_stops_within_its_grace_and_gives_its_job_back(cluster: Cluster) -> None:
    long = cluster.submit(tsne(seed=99, iterations=10_000))
    while cluster.get(f"/api/jobs/{long}")["state"] != "running":
        time.sleep(0.1)
    # Processes and not numbers: psutil tells a process from a later one of its number.
    everything = [each for service in cluster.services.values() for each in service.family()]
    # Compose stops what others depend on last.
    for name in ("worker-live", "worker-compute", "worker-train", "backend", "redis"):
        service = cluster.services[name]
        assert set(service.stop()) == {0}, f"{name}\n{service.said()}"
    gone, alive = psutil.wait_procs(everything, timeout=5)
    assert alive == []
    with psycopg.connect(cluster.database) as connection:
        query = "SELECT state, failures FROM jobs WHERE id = %s"
        assert connection.execute(query, [long]).fetchone() == ("queued", 0)
