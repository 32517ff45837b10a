"""The host's loop: claim, see through, repeat; keep the runner warm and fresh."""

import contextlib
import logging
import os
import threading
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

from repscope.core.artifacts import ArtifactStore
from repscope.core.catalogue import Method
from repscope.core.errors import RepscopeError, StorageFull, Unavailable
from repscope.core.jobs import Database, Job, Leases, WorkerTable
from repscope.core.logs import about
from repscope.core.settings import Settings
from repscope.core.space import require_space
from repscope.workers.host.attempt import Attempt
from repscope.workers.host.child import Runner
from repscope.workers.host.patience import Patience
from repscope.workers.host.warm_up import WarmUp

log = logging.getLogger(__name__)

#: Seconds between two looks into the queue: soon after work, and when nothing goes on.
_POLL_BUSY, _POLL_IDLE = 0.03, 0.15
_BUSY_FOR = 10.0
#: Seconds between two signs of life.
_HEARTBEAT = 3.0
#: A runner that cannot say hello within this many seconds is broken (loading torch takes ten).
_HELLO = 120.0
#: After this many jobs, or this much memory, a fresh runner is cheaper than finding the leak.
_MAX_JOBS = 500
_MAX_IDLE_MEMORY = 4 * 2**30
#: Seconds without work after which a runner that gives way is let go.
_LET_GO = 600.0


class Host:
    """Works for some queues of the job table, or answers live calls."""

    def __init__(
        self,
        name: str,
        queues: list[str],
        settings: Settings,
        *,
        socket: Path | None = None,
        idle_look: float = _POLL_IDLE,
        beside: bool = False,
    ) -> None:
        """Prepare; `run` does the work.

        Args:
            name: Unique among living hosts. A host of the same name before it is known to be gone.
            queues: `compute`, `train`; or `live` alone.
            settings: Where everything is.
            socket: Where live calls are answered; by default the socket of the data folder.
            idle_look: Seconds between two looks into the queue when nothing goes on.
            beside: Give way to others: keep a runner only while there is work for it, and some time
                longer, at low priority and with one processor left free.
        """
        self.name = name
        self._queues = queues
        self._settings = settings
        self._socket = (socket or settings.live_socket) if queues == ["live"] else None
        self._idle_look = idle_look
        self._store = ArtifactStore(settings.store)
        self._stopping = threading.Event()
        self._bell = threading.Event()
        self._patience = Patience(self._stopping)
        self._runner: Runner | None = None
        self._methods: list[str] = []
        self._beat = 0.0
        self._full = False
        self._beside = beside
        works = settings.warm_up and self._socket is None and not beside
        self._warm_up = WarmUp() if works else None

    def stop(self) -> None:
        """Ask the loop to end; the job in hand goes back to the queue."""
        self._stopping.set()
        self._bell.set()

    def wake(self) -> None:
        """Look into the queue now."""
        self._bell.set()

    def run(self) -> None:
        """Work until asked to stop."""
        with about(worker=self.name):
            self._run()

    def _run(self) -> None:
        try:
            database = self._patience(Database, self._settings.database)
            self._leases = Leases(database, self._store, self._settings.lease_seconds)
            self._workers = WorkerTable(database)
            self._patience(self._announce)
            self._loop()
        except (Unavailable, StorageFull):
            if not self._stopping.is_set():
                raise
        finally:
            if self._warm_up is not None:
                self._warm_up.stop()
            if self._runner is not None:
                self._runner.stop()
        with contextlib.suppress(Unavailable, StorageFull):  # it is forgotten for its silence then
            self._workers.forget(self.name)

    def _announce(self) -> None:
        self._workers.kill_orphans(self.name)
        self._leases.release_worker(self.name)
        self._workers.register(
            self.name,
            pid=os.getpid(),
            queues=self._queues,
            device="",
            version=version("repscope"),
        )
        if self._beside:
            self._workers.update(self.name, state="ready")

    def _loop(self) -> None:
        last_work = time.monotonic()
        while not self._stopping.is_set():
            if self._runner is None or not self._runner.alive:
                if not self._is_needed():
                    self._rest()
                    continue
                self._start_runner()
                last_work = time.monotonic()
                continue
            self._bell.clear()
            self._heartbeat()
            job = self._claim()
            if job is not None:
                with about(job=job.id):
                    self._see_through(job)
                last_work = time.monotonic()
                continue
            if self._beside and time.monotonic() - last_work > _LET_GO:
                self._runner.stop()
                continue
            idle = time.monotonic() - last_work > _BUSY_FOR
            if idle and self._warm_up is not None:
                self._warm_up.start()
            self._bell.wait(self._idle_look if idle or self._socket else _POLL_BUSY)

    def _is_needed(self) -> bool:
        """Tell whether there is work for a runner, or one is kept in any case."""
        return not self._beside or self._patience(self._leases.any_queued, self._queues)

    def _rest(self) -> None:
        """Wait for work without a runner."""
        if self._runner is not None:
            self._runner.stop()
            self._runner = None
            self._tell(state="ready", runner_pid=None)
        self._bell.clear()
        self._heartbeat()
        self._bell.wait(self._idle_look)

    def _claim(self) -> Job | None:
        if self._socket is not None or not self._has_room():
            return None
        return self._patience(self._leases.claim, self.name, self._queues, self._methods)

    def _has_room(self) -> bool:
        """Tell whether another job may be taken; those that are queued wait for room."""
        try:
            require_space(self._settings.store, self._settings.free_space_floor)
        except StorageFull as error:
            if not self._full:
                log.warning("%s", error)
                self._tell(state="full")
            self._full = True
        else:
            if self._full:
                log.info("there is room again")
                self._tell(state="ready")
            self._full = False
        return not self._full

    def _see_through(self, job: Job) -> None:
        assert self._runner is not None, "a job is claimed only with a runner at hand"
        if self._store.exists(job.id):
            self._patience(self._leases.finish, job)  # published beside another meanwhile
            return
        log.info("%s %s, attempt %d", job.kind, job.method, job.attempts)
        self._tell(state="busy", job_id=job.id)
        beating = threading.Event()
        pulse = threading.Thread(target=self._pulse, args=(beating,), daemon=True)
        pulse.start()
        attempt = Attempt(
            job, self._runner, self._leases, self._patience, self._settings.lease_seconds
        )
        try:
            attempt.run(self._stopping)
        finally:
            beating.set()
            pulse.join()
        self._tell(state="ready", job_id=None)
        self._runner.made += 1
        if self._runner.made >= _MAX_JOBS or self._runner.memory > _MAX_IDLE_MEMORY:
            self._runner.stop()

    def _pulse(self, done: threading.Event) -> None:
        while not done.wait(_HEARTBEAT):
            with contextlib.suppress(Unavailable, StorageFull):
                self._workers.update(self.name)

    def _heartbeat(self) -> None:
        if time.monotonic() - self._beat > _HEARTBEAT:
            self._beat = time.monotonic()
            self._tell()

    def _tell(self, **values: Any) -> None:
        self._patience(self._workers.update, self.name, **values)

    def _start_runner(self) -> None:
        if self._runner is not None:
            log.warning("starting a new runner: %s", self._runner.ending)
            self._runner.stop()
        self._tell(state="starting", runner_pid=None)
        self._runner = Runner(live=self._socket, beside=self._beside)
        self._tell(runner_pid=self._runner.pid)
        hello = self._await_hello(self._runner)
        if hello is None:
            return
        methods = [Method.model_validate(entry) for entry in hello["methods"]]
        self._methods = [method.key for method in methods]
        self._patience(self._workers.publish_catalogue, self.name, methods)
        self._tell(state="ready", device=hello["device"])

    def _await_hello(self, runner: Runner) -> dict[str, Any] | None:
        deadline = time.monotonic() + _HELLO
        while time.monotonic() < deadline and not self._stopping.is_set():
            message = runner.hear(0.2)
            if message is not None:
                return message
            if not runner.alive:
                raise RepscopeError(f"The runner did not start: {runner.ending}. Its log says why.")
            self._heartbeat()
        return None
