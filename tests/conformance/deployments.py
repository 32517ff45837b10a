"""The two ways to run Repscope, with their processes: killed by a test, restarted as by an init."""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil

from tests.servers import Postgres, Redis
from tools.app import free_port

PROGRAMS = Path(sys.executable).parent
TOY = Path(__file__).parents[1] / "workers" / "host" / "plugin_toy.py"
ENDED = ("done", "failed", "cancelled")
#: Seconds. Short, so that a test need not wait half a minute for each dead worker.
LEASE = 5.0
#: Seconds between two questions to the server, which has the same processors as what it waits for.
ASKING = 0.1


class Deployment:
    """Server, workers and a folder with the toy method, whose jobs leave a trace."""

    def __init__(
        self, folder: Path, commands: dict[str, list[str]], **environment: str | None
    ) -> None:
        self.data = folder / "data"
        (self.data / "plugins").mkdir(parents=True)
        shutil.copy(TOY, self.data / "plugins" / "slow_toy.py")
        self.port = free_port()
        self._folder = folder
        self._commands = commands
        self._environment = os.environ | {
            "REPSCOPE_DATA": str(self.data),
            "REPSCOPE_PORT": str(self.port),
            "REPSCOPE_LEASE_SECONDS": str(LEASE),
            "REPSCOPE_LOG_LEVEL": "warning",
            **{name: value for name, value in environment.items() if value is not None},
        }
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._ending = threading.Event()
        self._init = threading.Thread(target=self._keep_running, daemon=True)

    # What a person or a script sees

    def call(self, path: str, body: Any = None, owner: str = "", **headers: str) -> Any:
        """Answer of a GET, or of a POST when there is a body; waits while the server restarts."""
        data = None if body is None else json.dumps(body).encode()
        headers |= {"Content-Type": "application/json"}
        if owner:
            headers["Cookie"] = f"repscope_browser={owner}"
        url = f"http://127.0.0.1:{self.port}/api{path}"
        for _ in range(600):
            try:
                request = urllib.request.Request(url, data, headers)
                with urllib.request.urlopen(request, timeout=20) as answer:
                    return json.load(answer)
            except urllib.error.HTTPError as error:
                if error.code != 503:
                    raise
                error.close()
            except OSError:
                pass
            time.sleep(0.1)
        raise TimeoutError(f"{path} was not answered")

    def submit(self, name: str, owner: str = "", kind: str = "dataset", **params: Any) -> str:
        recipe: dict[str, Any] = {"kind": kind, "method": "slow_toy"}
        recipe["params"] = {"name": name, "seconds": 0.4, **params}
        if kind == "embedding":
            below = {"kind": "dataset", "method": "slow_toy", "params": {"name": f"{name}-in"}}
            recipe["inputs"] = {"dataset": below}
        return str(self.call("/jobs", recipe, owner)["id"])

    def job(self, job: str) -> dict[str, Any]:
        found: dict[str, Any] = self.call(f"/jobs/{job}")
        return found

    def ended(self, job: str) -> dict[str, Any]:
        wait(lambda: self.job(job)["state"] in ENDED, every=ASKING)
        return self.job(job)

    def workers(self) -> list[dict[str, Any]]:
        """Hosts of jobs that are up, as the server tells; not those that only train."""
        found = self.call("/health")["workers"]
        return [w for w in found if "compute" in w["queues"] and w["state"] != "starting"]

    def events(
        self, job: str, after: str = "", most: int | None = None
    ) -> tuple[list[dict[str, Any]], str]:
        """Rows of a job's history until it is done, `most` at most, and the id of the last event.

        Args:
            after: Id of the last event that is known.
        """
        url = f"http://127.0.0.1:{self.port}/api/events?jobs={job}"
        headers = {"Last-Event-ID": after} if after else {}
        rows: list[dict[str, Any]] = []
        name = ""
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers)) as stream:
            for line in stream:
                field, _, value = line.decode().rstrip("\n").partition(": ")
                if field == "id":
                    after = value
                elif field == "event":
                    name = value
                elif field == "data" and name == "entry":
                    rows.append(json.loads(value))
                elif field == "data" and json.loads(value)["state"] == "done":
                    break
                if len(rows) == most:
                    break
        return rows, after

    # What the machine does

    @property
    def names(self) -> list[str]:
        """Processes that an init keeps running."""
        return list(self._commands)

    def kill_worker(self, name: str) -> None:
        """Kill -9 a Celery worker, whatever it does."""
        self._processes[name].kill()

    def trace(self, name: str) -> list[str]:
        """What the toy wrote: begin and end, in order."""
        file = self.data / "trace"
        lines = file.read_text().splitlines() if file.exists() else []
        return [line.split()[0] for line in lines if line.split()[1] == name]

    def begun(self, name: str, times: int = 1) -> None:
        wait(lambda: self.trace(name).count("begin") >= times)

    def goes_on(self, name: str) -> None:
        """Wait until a job that had begun ended, or began again."""
        wait(lambda: self.trace(name) != ["begin"])

    def host_of(self, job: str) -> psutil.Process:
        """The host process that makes a job."""
        wait(lambda: any(w["job"] == job for w in self.workers()), every=ASKING)
        (pid,) = [w["pid"] for w in self.workers() if w["job"] == job]
        return psutil.Process(pid)

    def kill(self, victim: str, job: str) -> None:
        """Kill -9 the runner or the host of a job, both at once, or the server."""
        if victim == "server":
            self._processes["server"].kill()
            return
        host, runner = self.host_of(job), self._runner_of(job)
        if victim in ("host", "tree"):
            host.kill()
        if victim in ("runner", "tree"):
            _kill_group(runner)  # it may have gone with its host already

    def _runner_of(self, job: str) -> int:
        """Process of the runner that began a job last; the toy wrote it down."""
        name = self.job(job)["recipe"]["params"]["name"]
        lines = [line.split() for line in (self.data / "trace").read_text().splitlines()]
        return [int(pid) for what, who, pid in lines if (what, who) == ("begin", name)][-1]

    def start(self) -> None:
        for name in self._commands:
            self._start(name)
        self._init.start()
        self.ready()

    def ready(self) -> None:
        """Wait until both workers are up."""
        wait(lambda: len(self.workers()) == 2, every=ASKING)

    def stop(self) -> None:
        self._ending.set()
        self._init.join()
        for process in self._processes.values():
            process.terminate()
        for process in self._processes.values():
            process.wait(30)

    def _start(self, name: str) -> None:
        with (self._folder / f"{name}.log").open("ab") as log:
            self._processes[name] = subprocess.Popen(
                self._commands[name],
                env=self._environment,
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def _keep_running(self) -> None:
        while not self._ending.wait(0.1):
            for name, process in self._processes.items():
                if process.poll() is not None:
                    self._start(name)


SERVE = [str(PROGRAMS / "repscope"), "serve", "--no-browser", "--workers", "2"]


def celery(queues: str, name: str) -> list[str]:
    options = ["worker", "--pool=solo", "-Q", queues, "-n", f"{name}@%h", "--loglevel", "WARNING"]
    return [str(PROGRAMS / "celery"), "-A", "repscope.workers.app", *options]


@contextmanager
def embedded(folder: Path) -> Iterator[Deployment]:
    """One command that runs everything."""
    deployment = Deployment(folder, {"server": SERVE})
    deployment.start()
    yield deployment
    deployment.stop()


@contextmanager
def servers(folder: Path, postgres: Postgres, redis: Redis) -> Iterator[Deployment]:
    """A server, two Celery workers for jobs and one for live calls, on PostgreSQL and Redis."""
    commands = {
        "server": SERVE,
        "worker-1": celery("compute,train", "one"),
        "worker-2": celery("compute,train", "two"),
        "live": celery("live", "live"),
    }
    deployment = Deployment(
        folder,
        commands,
        REPSCOPE_DATABASE_URL=postgres.new_database(),
        REPSCOPE_REDIS_URL=redis.url,
    )
    deployment.start()
    yield deployment
    deployment.stop()


def wait(condition: Callable[[], Any], seconds: float = 90.0, every: float = 0.02) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(every)


def _kill_group(leader: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(leader, signal.SIGKILL)
