"""A real host beside a fresh data folder."""

import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest
from sqlalchemy import select

from repscope.core.artifacts import ArtifactStore
from repscope.core.jobs import FINISHED, Database, Job, JobStore, Worker, WorkerTable
from repscope.core.jobs.schema import workers
from repscope.core.recipes import Recipe
from repscope.core.resolve import resolve
from repscope.core.settings import Settings, get_settings


class HostBench:
    """Starts hosts as processes and asks the job table what became of it."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.artifacts = ArtifactStore(settings.store)
        self.database = Database(settings.database)
        self.jobs = JobStore(self.database, self.artifacts)
        self.workers = WorkerTable(self.database)
        self.processes: list[subprocess.Popen[bytes]] = []

    def start(self, name: str = "host") -> subprocess.Popen[bytes]:
        """Start a host for every job, and wait until it is ready."""
        process = self._start("-m", "repscope.workers.host", "--name", name)
        self.ready(name)
        return process

    def ready(self, name: str = "host") -> psutil.Process:
        """Wait until a host has a runner that is ready."""
        self.wait(lambda: self.runner(name) is not None)
        runner = self.runner(name)
        assert runner is not None
        return runner

    def start_embedded(self) -> subprocess.Popen[bytes]:
        """Start the hosts that a server has, and wait until all are ready."""
        process = self._start("-m", "repscope.workers.host.embedded")
        ready = {"live", "worker-1", "train"}
        self.wait(lambda: {w.id for w in self._alive() if w.state == "ready"} == ready)
        return process

    def start_impatient(self) -> subprocess.Popen[bytes]:
        """Start a host that thinks itself idle after half a second."""
        code = "from repscope.workers.host import __main__, loop; loop._BUSY_FOR = 0.5; "
        process = self._start("-c", f"{code}__main__.main()", "--name", "host")
        self.ready()
        return process

    def _start(self, *arguments: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen([sys.executable, *arguments], stdin=subprocess.PIPE)
        self.processes.append(process)
        return process

    def _alive(self) -> list[Worker]:
        return self.workers.alive(within=60)

    def runner(self, name: str = "host") -> psutil.Process | None:
        """The runner of a host that is ready for work, or at it."""
        if not any(worker.id == name and worker.state != "starting" for worker in self._alive()):
            return None
        query = select(workers.c.runner_pid).where(workers.c.id == name)
        with self.database.read() as connection:
            pid = connection.execute(query).scalar()
        return psutil.Process(pid) if pid is not None and psutil.pid_exists(pid) else None

    def submit(self, name: str = "toy", kind: str = "dataset", **params: Any) -> Job:
        recipe = {"kind": kind, "method": "slow_toy", "params": {"name": name, **params}}
        if kind == "embedding":
            recipe["inputs"] = {"dataset": {"kind": "dataset", "method": "slow_toy"}}
        resolved = resolve(
            Recipe.model_validate(recipe), self.workers.catalogue(), self.jobs.recipe
        )
        return self.jobs.submit(resolved, "ada")

    def wait(self, condition: Callable[[], Any], seconds: float = 60.0) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, "waited in vain"
            time.sleep(0.04)

    def ended(self, job: Job, seconds: float = 60.0) -> Job:
        self.wait(lambda: self.jobs.get(job.id).state in FINISHED, seconds)
        return self.jobs.get(job.id)

    def began(self, job: Job, attempt: int = 1) -> None:
        """Wait until a job's method really runs, not only its row says so."""
        name = job.recipe["params"]["name"]
        self.wait(lambda: self.trace(name).count("begin") >= attempt)

    def trace(self, name: str) -> list[str]:
        """What the toy wrote: begin and end, in order."""
        file = self.settings.data / "trace"
        lines = file.read_text().splitlines() if file.exists() else []
        return [line.split()[0] for line in lines if line.split()[1] == name]

    def close(self) -> None:
        for process in self.processes:
            process.terminate()
            process.wait(20)
            assert process.stdin is not None
            process.stdin.close()
        self.database.close()


@pytest.fixture
def hosts(tmp_path: Path) -> Iterator[HostBench]:
    """A folder of its own, in which no host works yet."""
    with _bench(tmp_path) as bench:
        yield bench


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HostBench]:
    """A host at work, shared by tests that leave it alive."""
    with _bench(tmp_path_factory.mktemp("host")) as bench:
        bench.start()
        yield bench


@contextmanager
def _bench(folder: Path) -> Iterator[HostBench]:
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setenv("REPSCOPE_DATA", str(folder))
        monkeypatch.setenv("REPSCOPE_LOG_LEVEL", "warning")
        settings = get_settings()
        settings.plugins.mkdir()
        shutil.copy(Path(__file__).parent / "plugin_toy.py", settings.plugins / "toy.py")
        bench = HostBench(settings)
        yield bench
        bench.close()
