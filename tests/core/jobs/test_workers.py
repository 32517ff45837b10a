"""Who is up, what they can make, and what they leave behind."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from repscope.core.catalogue import Catalogue
from repscope.core.errors import Conflict
from repscope.core.jobs import Database, schema
from tests.core.conftest import Bench, method


def register(bench: Bench, name: str, pid: int) -> None:
    bench.workers.register(name, pid=pid, queues=["compute"], device="cpu", version="1")


def test_hosts_come_and_go(bench: Bench) -> None:
    register(bench, "a", os.getpid())
    bench.workers.update("a", state="busy", job_id="0" * 32)
    (worker,) = bench.workers.alive(within=5.0)
    assert (worker.id, worker.state, worker.job) == ("a", "busy", "0" * 32)
    assert bench.workers.alive(within=-1.0) == []
    bench.workers.forget("a")
    assert bench.workers.alive(within=5.0) == []


def test_orphans_are_killed_only_when_number_and_birth_match(bench: Bench) -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        register(bench, "old", child.pid)
        with bench.database.write() as connection:
            connection.execute(schema.workers.update().values(pid_created=1.0))
        assert bench.workers.kill_orphans("old") == 0
        assert child.poll() is None
        register(bench, "other", child.pid)
        assert bench.workers.kill_orphans("old") == 0
        assert bench.workers.kill_orphans() == 1
        assert child.wait(5) == -9
    assert bench.workers.alive(within=60.0) == []


def test_the_newest_version_of_a_method_wins(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Catalogue, "shipped", lambda: Catalogue([method("probe", "knn")]))
    bench.workers.publish_catalogue("new", [method("probe", "knn", version=3)])
    stamp = bench.workers.catalogue_stamp()
    bench.workers.publish_catalogue("old", [method("probe", "knn", version=2)])
    assert bench.workers.catalogue().get("probe", "knn").version == 3
    assert bench.workers.catalogue_stamp() == stamp
    bench.workers.publish_catalogue("plugin", [method("probe", "mine")])
    assert len(bench.workers.catalogue()) == 2


def test_a_database_of_a_newer_release_is_left_alone(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'jobs.db'}"
    database = Database(url)
    with database.write() as connection:
        connection.execute(schema.schema_version.update().values(version=99))
    database.close()
    with pytest.raises(Conflict, match="newer Repscope"):
        Database(url)
