"""`/metrics`: what Prometheus reads.

Requests and live calls are counted as they happen, by this process. What the job table and the
disk know is asked of them when Prometheus asks, so that it is right whichever server answers.
"""

import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from fastapi import FastAPI, Response
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily, SummaryMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from repscope.backend.services import VERSION, Services
from repscope.core.errors import StorageFull, Unavailable
from repscope.core.space import bytes_below, free_bytes

#: Seconds; a slider wants an answer within a tenth.
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
#: Seconds for which the size of the store is not counted again.
_STORE_AGE = 60.0
#: The methods of HTTP; a client may send any word.
_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


class Metrics:
    """What this process counts."""

    def __init__(self) -> None:
        """Begin at zero."""
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._requests = Counter(
            "repscope_requests",
            "Requests answered.",
            ["route", "method", "status"],
            registry=self.registry,
        )
        self._seconds = Histogram(
            "repscope_request_seconds",
            "Seconds until the answer began.",
            ["route", "method"],
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self._live = Histogram(
            "repscope_live_call_seconds",
            "Seconds that live calls took, to the worker and back.",
            ["method"],
            buckets=_BUCKETS,
            registry=self.registry,
        )

    def request(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count one request."""
        verb = method if method in _METHODS else "other"
        self._requests.labels(route, verb, str(status)).inc()
        self._seconds.labels(route, verb).observe(seconds)

    def live_call(self, method: str, seconds: float) -> None:
        """Count one live call that was answered."""
        self._live.labels(method).observe(seconds)


class Surroundings(Collector):
    """What the job table and the disk know."""

    def __init__(self, services: Services) -> None:
        """Ask these services."""
        self._services = services
        self._size = StoreSize(services.settings.store)

    def describe(self) -> Iterable[Metric]:
        """Tell of nothing beforehand: the names are not looked up when the app is built."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Ask, now."""
        yield _gauge("repscope_info", "The release that runs.", ["version"], [((VERSION,), 1)])
        try:
            families = list(self._of_table())
        except (Unavailable, StorageFull):
            families = []
        yield _gauge(
            "repscope_database_up", "Whether the database answers.", [], [((), bool(families))]
        )
        yield from families
        store = self._services.settings.store
        floor = self._services.settings.free_space_floor
        yield _gauge("repscope_store_bytes", "Size of the artifacts.", [], [((), self._size())])
        yield _gauge("repscope_free_bytes", "Free space there.", [], [((), free_bytes(store))])
        yield _gauge("repscope_free_bytes_floor", "Space that is kept free.", [], [((), floor)])

    def _of_table(self) -> Iterator[Metric]:
        census = self._services.census.take()
        yield _gauge("repscope_jobs", "Jobs in the table.", ["state", "queue"], census.jobs.items())
        queues = [((queue,), length) for queue, (length, _) in census.queues.items()]
        yield _gauge("repscope_queue_length", "Jobs that wait for a worker.", ["queue"], queues)
        ages = [((queue,), age) for queue, (_, age) in census.queues.items()]
        yield _gauge(
            "repscope_queue_oldest_seconds", "How long the oldest of them has.", ["queue"], ages
        )
        made = SummaryMetricFamily(
            "repscope_job_seconds", "Seconds that finished jobs ran.", labels=["kind", "method"]
        )
        for labels, (count, seconds) in census.made.items():
            made.add_metric(labels, count, seconds)
        yield made
        settings = self._services.settings
        states: dict[tuple[str, ...], int] = {}
        for worker in self._services.workers.alive(within=settings.lease_seconds):
            states[(worker.state,)] = states.get((worker.state,), 0) + 1
        yield _gauge("repscope_workers", "Worker hosts that are up.", ["state"], states.items())


class StoreSize:
    """The size of the store, counted once a minute at most."""

    def __init__(self, folder: Path) -> None:
        """Count what lies in `folder`."""
        self._folder = folder
        self._lock = threading.Lock()
        self._counted = float("-inf")
        self._bytes = 0

    def __call__(self) -> int:
        """Return how many bytes it takes."""
        with self._lock:
            if time.monotonic() - self._counted > _STORE_AGE:
                self._bytes = bytes_below(self._folder)
                self._counted = time.monotonic()
            return self._bytes


def install_metrics(app: FastAPI) -> None:
    """Serve `/metrics`."""
    lock = threading.Lock()
    surroundings: Surroundings | None = None

    @app.get("/metrics", include_in_schema=False)
    def metrics() -> Response:
        nonlocal surroundings
        counted: Metrics = app.state.metrics
        with lock:
            if surroundings is None:
                surroundings = Surroundings(app.state.services)
                counted.registry.register(surroundings)
        return Response(generate_latest(counted.registry), media_type=CONTENT_TYPE_LATEST)


def _gauge(
    name: str, text: str, names: list[str], values: Iterable[tuple[tuple[str, ...], float]]
) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, text, labels=names)
    for labels, value in values:
        family.add_metric(labels, value)
    return family
