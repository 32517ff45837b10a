"""Server-sent events: what of a set of jobs changed since the last look.

The job table is the truth, so each stream looks at it, a few times a second while something is
under way. The stream's position is a number a job; it travels as the event id and comes back
as `Last-Event-ID`, so a reconnected browser gets every row of a job's history exactly once.
"""

import asyncio
import re
import time
from collections.abc import Iterator

from fastapi.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from repscope.backend.models import Entry, Job
from repscope.backend.services import Bell
from repscope.core import jobs
from repscope.core.jobs import UNFINISHED, JobStore

#: Seconds between looks while a job is under way, and while none is.
BUSY, QUIET = 0.2, 1.0
#: A look at many jobs takes longer; a stream rests at least this many times as long.
REST = 4.0
#: Seconds without a word after which a comment keeps proxies from closing the stream.
KEEP_ALIVE = 15.0
#: Milliseconds after which a browser reconnects.
_RETRY = 1000
#: Most jobs of a stream that names none, newest first.
_MOST_RECENT = 100

_POSITION = re.compile(r"([0-9a-f]{32}):([0-9]{1,9})")


def parse_event_id(text: str) -> dict[str, int]:
    """Read `job:number,job:number`; what is not one of ours counts as nothing."""
    return {job: int(number) for job, number in _POSITION.findall(text[:16_000])}


class Watch:
    """What one listener has seen of the jobs that it follows."""

    def __init__(
        self, store: JobStore, owner: str, named: list[str] | None, position: dict[str, int]
    ) -> None:
        """Follow the named jobs, or all that `owner` asked for, from `position` on."""
        self._store = store
        self._owner = owner
        self._named = named
        self._position = position
        self._sent: dict[str, tuple[int, int | None]] = {}
        self._opening = True
        self._version: int | None = None
        self.busy = True

    def look(self) -> list[bytes]:
        """Read the job table, if anybody has written; return the events that tell what is new."""
        version = self._store.version()
        if version is not None and version == self._version:
            return []
        rows = (
            self._store.recent(owner=self._owner, limit=_MOST_RECENT)
            if self._named is None
            else self._store.find(self._named)
        )
        self.busy = any(row.state in UNFINISHED for row in rows)
        behind: dict[str, int] = {}
        changed: list[jobs.Job] = []
        for row in rows:
            if row.id not in self._position:
                # What was over before a tab that names no jobs opened is no news to it.
                old = self._opening and self._named is None and row.state not in UNFINISHED
                self._position[row.id] = row.events if old else 0
            if row.events > self._position[row.id]:
                behind[row.id] = self._position[row.id]
            stamp = (row.revision, row.position)
            if self._sent.get(row.id) != stamp:
                self._sent[row.id] = stamp
                changed.append(row)
        self._opening = False
        entries = list(self._entries(behind))  # first: they move the position
        self._version = version
        return entries + [self._event("job", Job.of(row).model_dump_json()) for row in changed]

    def _entries(self, behind: dict[str, int]) -> Iterator[bytes]:
        while events := self._store.events_after(behind):
            for event in events:
                self._position[event.job] = behind[event.job] = event.number
                entry = Entry(
                    job=event.job,
                    number=event.number,
                    type=event.type,
                    data=event.data,
                    created=event.created,
                )
                yield self._event("entry", entry.model_dump_json())

    def _event(self, name: str, data: str) -> bytes:
        position = ",".join(f"{job}:{number}" for job, number in self._position.items())
        return f"id: {position}\nevent: {name}\ndata: {data}\n\n".encode()


class EventStream(Response):
    """The response that stays open until the listener leaves or the server stops."""

    media_type = "text/event-stream"

    def __init__(self, watch: Watch, bell: Bell) -> None:
        """Send what `watch` sees, looking at once when `bell` rings."""
        self._watch = watch
        self._bell = bell
        self.status_code = 200
        self.background = None
        self.init_headers({"Cache-Control": "no-store", "X-Accel-Buffering": "no"})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Stream until either side ends it."""
        await send(
            {"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers}
        )
        gone = asyncio.create_task(_until_gone(receive))
        talk = asyncio.create_task(self._talk(send))
        try:
            await asyncio.wait({gone, talk}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            gone.cancel()
            talk.cancel()
            await asyncio.gather(gone, talk, return_exceptions=True)
        if talk.done() and not talk.cancelled():
            talk.result()
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _talk(self, send: Send) -> None:
        async def say(data: bytes) -> None:
            await send({"type": "http.response.body", "body": data, "more_body": True})

        await say(f"retry: {_RETRY}\n\n".encode())
        silent = 0.0
        while not self._bell.closing:
            rung = self._bell.listen()
            begun = time.monotonic()
            news = await run_in_threadpool(self._watch.look)
            looked = time.monotonic() - begun
            if news:
                silent = 0.0
                await say(b"".join(news))
            elif silent >= KEEP_ALIVE:
                silent = 0.0
                await say(b": still here\n\n")
            pause = max(BUSY if self._watch.busy else QUIET, looked * REST)
            silent += pause
            await self._bell.wait(rung, pause)


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
