"""A real host beside a fresh data folder."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from repscope.core.artifacts import ArtifactStore
from repscope.core.jobs import FINISHED, Database, Job, JobStore, WorkerTable
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

    def start(
        self, name: str = "host", *arguments: str, rests: bool = False
    ) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "repscope.workers.host", "--name", name, "--with-parent"]
        process = subprocess.Popen([*command, *arguments], stdin=subprocess.PIPE)
        self.processes.append(process)
        if rests:  # until there is something for it
            self.wait(lambda: name in {worker.id for worker in self.workers.alive(within=60)})
        else:
            self.wait(lambda: self.runner(name) is not None)
        return process

    def runner(self, name: str = "host") -> psutil.Process | None:
        """The runner of a host that is ready for work, or at it."""
        (worker,) = [w for w in self.workers.alive(within=60) if w.id == name] or [None]
        if worker is None or worker.state == "starting":
            return None
        children = psutil.Process(worker.pid).children() if psutil.pid_exists(worker.pid) else []
        return children[0] if children else None

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
            time.sleep(0.01)

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
            assert process.stdin is not None
            process.stdin.close()
            process.wait(20)
        self.database.close()


@pytest.fixture
def hosts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[HostBench]:
    monkeypatch.setenv("REPSCOPE_DATA", str(tmp_path))
    monkeypatch.setitem(os.environ, "REPSCOPE_LOG_LEVEL", "warning")
    settings = get_settings()
    settings.plugins.mkdir()
    shutil.copy(Path(__file__).parent / "plugin_toy.py", settings.plugins / "toy.py")
    bench = HostBench(settings)
    yield bench
    bench.close()
