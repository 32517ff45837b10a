"""The checks of `repscope doctor`, in the order in which one thing stands on another."""

import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import cache
from importlib.metadata import version
from typing import Any, Literal

from sqlalchemy import func, select

from repscope.core.artifacts import ArtifactStore
from repscope.core.errors import RepscopeError
from repscope.core.integrity import Progress, check_store, check_uploads
from repscope.core.jobs import Database, Worker, WorkerTable
from repscope.core.jobs.inspection import find_schema_version
from repscope.core.jobs.schema import CURRENT, jobs
from repscope.core.settings import Settings
from repscope.core.space import free_bytes, in_words
from repscope.core.uploads import UploadStore

#: Seconds that the machine learning library may take to load.
_LOADING = 120
#: Run by another process, for the server's side never loads machine learning.
_PROBE = """
import json, torch
names = [torch.cuda.get_device_name(i) for i in range(torch.cuda.device_count())]
print(json.dumps({"torch": torch.__version__, "names": names, "threads": torch.get_num_threads()}))
"""


@dataclass(frozen=True)
class Check:
    """What one look found."""

    name: str
    state: Literal["well", "note", "wrong"]
    text: str
    remedy: str = ""

    def as_json(self) -> dict[str, str]:
        """Return it for `--json`."""
        return asdict(self)


def examine(
    settings: Settings, *, quick: bool, progress: Progress | None = None
) -> Iterator[Check]:
    """Look at everything, and change nothing.

    Args:
        settings: Where everything is.
        quick: Compare sizes of files, without reading them.
        progress: Is called after each artifact.
    """
    yield _versions()
    yield _device()
    yield from _folder(settings)
    yield from _broker(settings)
    schema, check = _database(settings)
    yield check
    if schema == CURRENT:
        yield from _table(settings)
    yield from _store(settings, quick, progress)
    yield from _uploads(settings, quick)


def _versions() -> Check:
    names = ("numpy", "fastapi", "sqlalchemy", "celery", "torch")
    libraries = ", ".join(f"{name} {version(name)}" for name in names)
    python = f"Python {platform.python_version()} on {platform.system()} {platform.machine()}"
    return Check("versions", "well", f"Repscope {version('repscope')}, {python}; {libraries}")


@cache  # it does not change while this process lives
def _device() -> Check:
    remedy = "Without it no worker starts: install Repscope anew (`make setup`)."
    try:
        result = subprocess.run(
            [sys.executable, "-c", _PROBE], capture_output=True, text=True, timeout=_LOADING
        )
    except subprocess.TimeoutExpired:
        return Check("device", "wrong", f"PyTorch did not load within {_LOADING} s.", remedy)
    if result.returncode != 0:
        said = (result.stderr.strip().splitlines() or ["it ended without a word"])[-1]
        return Check("device", "wrong", f"PyTorch does not load: {said}", remedy)
    found = json.loads(result.stdout.strip().splitlines()[-1])
    what = ", ".join(found["names"]) or f"no GPU; the CPU with {found['threads']} threads"
    return Check("device", "well", f"PyTorch {found['torch']}: {what}")


def _folder(settings: Settings) -> Iterator[Check]:
    folder = settings.data
    if not folder.is_dir():
        yield Check("folder", "note", f"{folder} is not there yet; `repscope serve` makes it.")
        return
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        remedy = "Give this user the right to write there, or name another folder with --data."
        yield Check("folder", "wrong", f"{folder} cannot be written to.", remedy)
        return
    free = free_bytes(folder)
    text = f"{folder}, {in_words(free)} free"
    if free < settings.free_space_floor:
        floor = in_words(settings.free_space_floor)
        remedy = f"Below {floor} no job is taken. `repscope gc` lists what may go."
        yield Check("folder", "wrong", text, remedy)
    else:
        yield Check("folder", "well", text)


def _database(settings: Settings) -> tuple[int | None, Check]:
    kind = "PostgreSQL" if settings.database_url else "SQLite"
    try:
        found = find_schema_version(settings.database)
    except RepscopeError as error:
        remedy = (
            "See that PostgreSQL runs and that REPSCOPE_DATABASE_URL names it."
            if settings.database_url
            else f"Restore a backup, or move {settings.data / 'repscope.db'} away: "
            "what was made stays, the list of jobs begins anew."
        )
        return None, Check("database", "wrong", error.message, remedy)
    if found is None:
        text = f"{kind}: there are no tables yet; the first server makes them."
        return None, Check("database", "note", text)
    text = f"{kind} answers, schema version {found}"
    if found > CURRENT:
        remedy = f"This release knows version {CURRENT}: install a newer one."
        return found, Check("database", "wrong", text, remedy)
    if found < CURRENT:
        text += f"; the next server brings it to {CURRENT}"
        return found, Check("database", "note", text)
    return found, Check("database", "well", text)


def _broker(settings: Settings) -> Iterator[Check]:
    if settings.redis_url is None:
        return
    # Here, since a laptop has no broker.
    import redis

    try:
        with redis.Redis.from_url(
            settings.redis_url, socket_timeout=5, socket_connect_timeout=5
        ) as broker:
            broker.ping()
            policy: Any = broker.config_get("maxmemory-policy")
    except redis.RedisError as error:
        remedy = "See that Redis runs and that REPSCOPE_REDIS_URL names it. Jobs go on without it."
        # Its address may hold a password, which the library does not print.
        yield Check("broker", "wrong", f"Redis does not answer: {error}.", remedy)
        return
    if policy.get("maxmemory-policy") != "noeviction":
        remedy = "Start it with --maxmemory-policy noeviction."
        yield Check("broker", "note", "Redis answers, but may throw live calls away.", remedy)
    else:
        yield Check("broker", "well", "Redis answers")


def _table(settings: Settings) -> Iterator[Check]:
    """Look at what the job table says of workers and jobs."""
    database = Database(settings.database)
    try:
        alive = WorkerTable(database).alive(within=settings.lease_seconds)
        with database.read() as connection:
            count = func.count()
            states: dict[str, int] = {
                row[0]: row[1]
                for row in connection.execute(select(jobs.c.state, count).group_by(jobs.c.state))
            }
            queues = connection.execute(
                select(jobs.c.queue).where(jobs.c.state == "queued").distinct()
            ).scalars()
            unserved = set(queues) - {queue for worker in alive for queue in worker.queues}
            done = connection.execute(select(jobs.c.id).where(jobs.c.state == "done")).scalars()
            store = ArtifactStore(settings.store)
            without = sum(not store.exists(each) for each in done)
    finally:
        database.close()
    yield _workers(settings, alive, unserved)
    text = ", ".join(f"{number:,} {state}" for state, number in sorted(states.items()))
    yield Check("jobs", "well", text or "none yet")
    if without:
        yield Check(
            "jobs",
            "note",
            f"{without:,} are done and their result is not in the store.",
            "Somebody deleted it, or it was lost; asking for it makes it again.",
        )


def _workers(settings: Settings, alive: list[Worker], unserved: set[str]) -> Check:
    remedy = (
        "Start workers with `repscope worker`; their logs say why one ended."
        if settings.redis_url
        else "`repscope serve` starts them; the folder `logs` says why one ended."
    )
    if not alive:
        # A laptop has none while no server runs there.
        state: Literal["note", "wrong"] = "wrong" if settings.redis_url else "note"
        return Check("workers", state, "None is alive.", remedy)
    now = time.time()
    listed = ", ".join(
        f"{worker.id} ({'+'.join(worker.queues)}, {worker.state}, heard of "
        f"{max(0.0, now - worker.heartbeat):.0f} s ago)"
        for worker in alive
    )
    if unserved:
        text = (
            f"Jobs wait in the queue {', '.join(sorted(unserved))}, which nobody serves: {listed}"
        )
        return Check("workers", "wrong", text, remedy)
    return Check("workers", "well", listed)


def _store(settings: Settings, quick: bool, progress: Progress | None) -> Iterator[Check]:
    if not settings.store.is_dir():
        return
    report = check_store(settings.store, quick=quick, progress=progress)
    how = "sizes compared" if quick else "checksums compared"
    text = f"{report.artifacts:,} artifacts are whole, {in_words(report.bytes)}, {how}"
    yield Check("store", "well", text)
    for finding in report.findings:
        yield Check("store", "wrong", f"{finding.where}: {finding.what}", finding.remedy)
    stale = ArtifactStore(settings.store).stale()
    if stale:
        text = f"{len(stale)} unfinished artifacts lie there that a crash left."
        yield Check("store", "note", text, "`repscope gc --delete` removes them.")


def _uploads(settings: Settings, quick: bool) -> Iterator[Check]:
    if not settings.uploads.is_dir():
        return
    store = UploadStore(settings.uploads)
    report = check_uploads(store, quick=quick)
    how = "not read" if quick else "checksums compared"
    text = f"{report.artifacts:,} files are whole, {in_words(report.bytes)}, {how}"
    yield Check("uploads", "well", text)
    for finding in report.findings:
        yield Check("uploads", "wrong", f"{finding.where}: {finding.what}", finding.remedy)
    if stale := store.stale():
        text = f"{len(stale)} unfinished uploads lie there that a crash left."
        yield Check(
            "uploads", "note", text, "The next upload or `repscope gc --delete` removes them."
        )
