"""What the routes stand on: store, job table, catalogue, live calls. One set an app."""

import asyncio
import contextlib
import threading
import time
from importlib.metadata import version

from repscope.backend.dispatch import make_dispatcher
from repscope.backend.live import LiveClient
from repscope.backend.reconciler import Reconciler
from repscope.core.artifacts import ArtifactStore
from repscope.core.catalogue import Catalogue
from repscope.core.jobs import Census, Database, JobStore, Leases, WorkerTable
from repscope.core.library import Deletion, Index, Selections, Titles
from repscope.core.recipes import Recipe
from repscope.core.resolve import Resolved, resolve
from repscope.core.settings import Settings
from repscope.core.space import require_space
from repscope.core.uploads import UploadStore

VERSION = version("repscope")

#: Seconds between looks at whether a worker brought new methods.
_CATALOGUE_AGE = 1.0


class Services:
    """Everything that outlives a request."""

    def __init__(self, settings: Settings) -> None:
        """Open the store and the job table, making them when absent.

        Raises:
            Conflict: The database is newer than this release.
        """
        self.settings = settings
        self.artifacts = ArtifactStore(settings.store)
        self.uploads = UploadStore(settings.uploads)
        self._database = Database(settings.database)
        self.jobs = JobStore(self._database, self.artifacts)
        self.census = Census(self._database)
        self.workers = WorkerTable(self._database)
        self.index = Index(self.artifacts)
        self.titles = Titles(self._database)
        self.selections = Selections(self._database)
        self.deletion = Deletion(self._database, self.artifacts, self.uploads, self.index)
        self.dispatcher = make_dispatcher(settings)
        self.live = LiveClient(self.dispatcher)
        self.bell = Bell()
        leases = Leases(self._database, self.artifacts, settings.lease_seconds)
        self._reconciler = Reconciler(self._database, leases, self.jobs, self.dispatcher)
        self._catalogue = Catalogue()
        self._catalogue_stamp = -1.0
        self._catalogue_looked = 0.0
        self._catalogue_lock = threading.Lock()

    def catalogue(self) -> Catalogue:
        """Return all that can be made, at most a second old."""
        with self._catalogue_lock:
            now = time.monotonic()
            if self._catalogue_stamp < 0 or now - self._catalogue_looked > _CATALOGUE_AGE:
                stamp = self.workers.catalogue_stamp()
                if stamp != self._catalogue_stamp:
                    self._catalogue = self.workers.catalogue()
                self._catalogue_stamp, self._catalogue_looked = stamp, now
            return self._catalogue

    def resolve(self, recipe: Recipe) -> Resolved:
        """Normalize a recipe and everything that it names.

        Raises:
            InvalidRecipe: Names the field and what would fit.
        """
        return resolve(recipe, self.catalogue(), self.jobs.recipe, self.artifacts.exists)

    def require_space(self) -> None:
        """See that there is room for what another job makes.

        Raises:
            StorageFull: There is not.
        """
        require_space(self.settings.store, self.settings.free_space_floor)

    def announce(self) -> None:
        """Tell workers and listeners of this server that the table changed."""
        self.dispatcher.wake()
        self.bell.ring()

    def start(self) -> None:
        """Begin to look after the job table."""
        self._reconciler.start()

    def close(self) -> None:
        """End what runs beside requests, and close the database."""
        self._reconciler.stop()
        self.dispatcher.close()
        self._database.close()


class Bell:
    """Wakes the event streams of this process; may be rung from any thread.

    Streams look at the job table by themselves; the bell only spares the wait after a request
    to this very server.
    """

    def __init__(self) -> None:
        """Ring for the event loop that first waits."""
        self._loop: asyncio.AbstractEventLoop | None = None
        self._rung = asyncio.Event()
        self.closing = False

    def ring(self) -> None:
        """Wake everyone who waits."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wake)

    def close(self) -> None:
        """Tell every stream to end; called when the server shuts down."""
        self.closing = True
        self.ring()

    def listen(self) -> asyncio.Event:
        """Return what the next ring sets; to be called before the look that a ring may follow."""
        self._loop = asyncio.get_running_loop()
        return self._rung

    async def wait(self, rung: asyncio.Event, seconds: float) -> None:
        """Wait until somebody rings, `seconds` at most."""
        if not self.closing:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await rung.wait()

    def _wake(self) -> None:
        rung, self._rung = self._rung, asyncio.Event()
        rung.set()
