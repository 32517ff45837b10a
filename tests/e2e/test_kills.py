"""Kill -9 of runner, host and server while a job runs: it ends done, and no two ran at once."""

import os
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from tools.app import App, running_app

#: Of each kind; more on demand, for a night.
KILLS = int(os.environ.get("REPSCOPE_TEST_KILLS", "5"))
TOY = Path(__file__).parents[1] / "workers" / "host" / "plugin_toy.py"


class Kitchen:
    """A data folder with the toy method, whose jobs leave a trace."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "data"
        (self.data / "plugins").mkdir(parents=True)
        shutil.copy(TOY, self.data / "plugins" / "slow_toy.py")

    def submit(self, app: App, name: str) -> str:
        params = {"name": name, "seconds": 0.4}
        app.wait_for_method("slow_toy")
        job: dict[str, Any] = app.post(
            "/api/jobs", {"kind": "dataset", "method": "slow_toy", "params": params}
        )
        wait(lambda: "begin" in self.trace(name))
        return str(job["id"])

    def trace(self, name: str) -> list[str]:
        file = self.data / "trace"
        lines = file.read_text().splitlines() if file.exists() else []
        return [line.split()[0] for line in lines if line.split()[1] == name]

    def check(self, name: str) -> None:
        """It was killed at work and began again, or had ended just before; it ended once."""
        assert self.trace(name) in (["begin", "begin", "end"], ["begin", "end"])


def wait(condition: Callable[[], Any], seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)


def host_of(app: App) -> psutil.Process | None:
    """The host of jobs, once it is up with its runner."""
    (worker,) = [w for w in app.get("/api/health")["workers"] if w["id"] == "worker-1"] or [None]
    if worker is None or not psutil.pid_exists(worker["pid"]):
        return None
    host = psutil.Process(worker["pid"])
    return host if worker["state"] != "starting" and host.children() else None


@pytest.mark.parametrize("victim", ["runner", "host"])
def test_a_killed_child_loses_no_job(tmp_path: Path, victim: str) -> None:
    kitchen = Kitchen(tmp_path)
    with running_app(kitchen.data) as app:
        for number in range(KILLS):
            wait(lambda: host_of(app) is not None)
            job = kitchen.submit(app, f"job{number}")
            host = host_of(app)
            assert host is not None
            if victim == "host":
                host.kill()
            else:
                os.killpg(host.children()[0].pid, signal.SIGKILL)
            app.wait_for(job, "done")
            kitchen.check(f"job{number}")


def test_a_killed_server_loses_no_job(tmp_path: Path) -> None:
    kitchen = Kitchen(tmp_path)
    for number in range(KILLS):
        with running_app(kitchen.data) as app:
            kitchen.submit(app, f"job{number}")
            family = psutil.Process(app.process.pid).children(recursive=True)
            app.process.kill()
            app.process.wait()
            assert psutil.wait_procs(family, timeout=10)[1] == []
    with running_app(kitchen.data) as app:
        wait(lambda: all(job["state"] == "done" for job in app.get("/api/jobs")["jobs"]))
        assert len(app.get("/api/jobs")["jobs"]) == KILLS
    for number in range(KILLS):
        kitchen.check(f"job{number}")
