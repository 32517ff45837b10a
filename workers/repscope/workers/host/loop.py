"""The host's loop: claim, see through, repeat; keep the runner warm and fresh."""

import logging
import os
import threading
import time
from importlib.metadata import version
from typing import Any

from repscope.core.artifacts import ArtifactStore
from repscope.core.catalogue import Method
from repscope.core.errors import RepscopeError
from repscope.core.jobs import Database, Job, Leases, WorkerTable
from repscope.core.settings import Settings
from repscope.workers.host.attempt import Attempt
from repscope.workers.host.child import Runner
from repscope.workers.host.warm_up import WarmUp

log = logging.getLogger(__name__)

#: Seconds between two looks into the queue: soon after work, and when nothing goes on.
_POLL_BUSY, _POLL_IDLE = 0.03, 0.15
_BUSY_FOR = 10.0
#: Seconds between two signs of life, and between two looks for expired leases.
_HEARTBEAT = 3.0
#: A runner that cannot say hello within this many seconds is broken (loading torch takes ten).
_HELLO = 120.0
#: After this many jobs, or this much memory, a fresh runner is cheaper than finding the leak.
_MAX_JOBS = 500
_MAX_IDLE_MEMORY = 4 * 2**30


class Host:
    """Works for some queues of the job table, or answers live calls."""

    def __init__(self, name: str, queues: list[str], settings: Settings) -> None:
        """Prepare; `run` does the work.

        Args:
            name: Unique among living hosts. A host of the same name before it is known to be gone.
            queues: `compute`, `train`; or `live` alone.
            settings: Where everything is.
        """
        self._name = name
        self._queues = queues
        self._settings = settings
        self._live = queues == ["live"]
        store = ArtifactStore(settings.store)
        database = Database(settings.database)
        self._leases = Leases(database, store, settings.lease_seconds)
        self._workers = WorkerTable(database)
        self._store = store
        self._runner: Runner | None = None
        self._methods: list[str] = []
        self._stopping = threading.Event()
        self._beat = 0.0
        self._warm_up = WarmUp() if settings.warm_up and not self._live else None

    def stop(self) -> None:
        """Ask the loop to end; the job in hand goes back to the queue."""
        self._stopping.set()

    def run(self) -> None:
        """Work until asked to stop."""
        self._workers.kill_orphans(self._name)
        self._leases.release_worker(self._name)
        self._workers.register(
            self._name,
            pid=os.getpid(),
            queues=self._queues,
            device="",
            version=version("repscope"),
        )
        try:
            self._loop()
        finally:
            if self._warm_up is not None:
                self._warm_up.stop()
            if self._runner is not None:
                self._runner.stop()
            self._workers.forget(self._name)

    def _loop(self) -> None:
        last_work = time.monotonic()
        while not self._stopping.is_set():
            if self._runner is None or not self._runner.alive:
                self._start_runner()
                continue
            self._heartbeat()
            job = None if self._live else self._claim()
            if job is not None:
                self._see_through(job)
                last_work = time.monotonic()
                continue
            idle = time.monotonic() - last_work > _BUSY_FOR
            if idle and self._warm_up is not None:
                self._warm_up.start()
            self._stopping.wait(_POLL_IDLE if idle or self._live else _POLL_BUSY)

    def _claim(self) -> Job | None:
        return self._leases.claim(self._name, self._queues, self._methods)

    def _see_through(self, job: Job) -> None:
        assert self._runner is not None, "a job is claimed only with a runner at hand"
        if self._store.exists(job.id):
            self._leases.finish(job)  # published beside another meanwhile
            return
        log.info("job %s: %s %s, attempt %d", job.id, job.kind, job.method, job.attempts)
        self._workers.update(self._name, state="busy", job_id=job.id)
        beating = threading.Event()
        pulse = threading.Thread(target=self._pulse, args=(beating,), daemon=True)
        pulse.start()
        Attempt(job, self._runner, self._leases, self._settings.lease_seconds).run(self._stopping)
        beating.set()
        pulse.join()
        self._workers.update(self._name, state="ready", job_id=None)
        self._runner.made += 1
        if self._runner.made >= _MAX_JOBS or self._runner.memory > _MAX_IDLE_MEMORY:
            self._runner.stop()

    def _pulse(self, done: threading.Event) -> None:
        while not done.wait(_HEARTBEAT):
            self._workers.update(self._name)

    def _heartbeat(self) -> None:
        if time.monotonic() - self._beat > _HEARTBEAT:
            self._beat = time.monotonic()
            self._workers.update(self._name)
            self._leases.reconcile()

    def _start_runner(self) -> None:
        if self._runner is not None:
            log.warning("starting a new runner: %s", self._runner.ending)
            self._runner.stop()
        self._workers.update(self._name, state="starting", runner_pid=None)
        self._runner = Runner(live=self._live)
        self._workers.update(self._name, runner_pid=self._runner.pid)
        hello = self._await_hello(self._runner)
        if hello is None:
            return
        methods = [Method.model_validate(entry) for entry in hello["methods"]]
        self._methods = [method.key for method in methods]
        self._workers.publish_catalogue(self._name, methods)
        self._workers.update(self._name, state="ready", device=hello["device"])

    def _await_hello(self, runner: Runner) -> dict[str, Any] | None:
        deadline = time.monotonic() + _HELLO
        while time.monotonic() < deadline and not self._stopping.is_set():
            message = runner.hear(0.2)
            if message is not None:
                return message
            if not runner.alive:
                raise RepscopeError(f"The runner did not start: {runner.ending}. Its log says why.")
            self._workers.update(self._name)
        return None
