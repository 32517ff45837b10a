"""Looking after the job table: what dead hosts held goes back, what lost its wake-up gets another.

Every server has a reconciler; of several on one database one leads.
"""

import logging
import threading

from repscope.backend.dispatch import Dispatcher
from repscope.core.errors import RepscopeError
from repscope.core.jobs import Database, JobStore, Leases

log = logging.getLogger(__name__)

#: Seconds between two looks.
_LOOK = 2.0


class Reconciler:
    """A thread that looks every two seconds."""

    def __init__(
        self, database: Database, leases: Leases, jobs: JobStore, dispatcher: Dispatcher
    ) -> None:
        """Look after the table that all four share."""
        self._leader = database.leader()
        self._leases = leases
        self._jobs = jobs
        self._dispatcher = dispatcher
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="reconciler", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End, and leave the office to another server."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()
        self._leader.resign()

    def _run(self) -> None:
        healthy = True
        while not self._stopping.wait(_LOOK):
            try:
                self._look()
            except RepscopeError as error:
                # The database is away, or its disk is full. It may be well again in a moment.
                if healthy:
                    log.warning("%s", error)
                healthy = False
            else:
                healthy = True

    def _look(self) -> None:
        if self._leader.leads():
            moved = self._leases.reconcile()
            if moved:
                log.warning("%d jobs went back into their queues", moved)
            if moved or self._jobs.queued():
                self._dispatcher.wake()
