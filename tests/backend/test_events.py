"""The event stream, over a real connection."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx2
import pytest

from repscope.backend import events
from repscope.core.jobs import Job
from tests.backend.conftest import Bench
from tests.backend.recipes import DIGITS, MAP, PIXELS, UNKNOWN


@dataclass
class Event:
    id: str
    name: str
    data: dict[str, Any]


class Stream:
    """Reads one stream in a thread of its own, so that a test can wait with a limit."""

    def __init__(self, answer: httpx2.Response) -> None:
        self.answer = answer
        self.events: list[Event] = []
        self.raw = ""
        self.ended = threading.Event()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        try:
            for text in self.answer.iter_text():
                self.raw += text
                *whole, _ = self.raw.split("\n\n")
                self.events = [self._parse(block) for block in whole if "data:" in block]
        except httpx2.HTTPError:
            pass
        self.ended.set()

    @staticmethod
    def _parse(block: str) -> Event:
        fields = dict(line.split(": ", 1) for line in block.splitlines())
        return Event(fields["id"], fields["event"], json.loads(fields["data"]))

    def wait(self, condition: Any, seconds: float = 5.0) -> list[Event]:
        deadline = time.monotonic() + seconds
        while not condition(self.events):
            assert time.monotonic() < deadline, self.raw
            time.sleep(0.01)
        return self.events

    def states(self) -> list[str]:
        return [e.data["state"] for e in self.events if e.name == "job"]

    def numbers(self) -> list[int]:
        return [e.data["number"] for e in self.events if e.name == "entry"]


@contextmanager
def listening(bench: Bench, **options: Any) -> Iterator[Stream]:
    with bench.client.stream("GET", "/api/events", **options) as answer:
        assert answer.status_code == 200
        yield Stream(answer)


def claim(bench: Bench) -> Job:
    job = bench.leases.claim("test", ["compute"], [m.key for m in bench.services.catalogue()])
    assert job is not None
    return job


def test_a_job_is_told_at_once_and_at_each_change(wired: Bench) -> None:
    job_id = wired.client.post("/api/jobs", json=DIGITS).json()["id"]
    with listening(wired, params={"jobs": job_id}) as stream:
        assert stream.answer.headers["content-type"].startswith("text/event-stream")
        assert stream.answer.headers["cache-control"] == "no-store"
        stream.wait(lambda events: any(e.name == "job" for e in events))
        assert stream.states() == ["queued"]
        job = claim(wired)
        wired.leases.progress(job, 0.5, "half", remaining=1.5)
        stream.wait(lambda events: events[-1].data.get("progress") == 0.5)
        assert stream.events[-1].data["message"] == "half"
        assert stream.events[-1].data["remaining"] == 1.5
        wired.leases.event(job, "metric", {"loss": 0.25})
        stream.wait(lambda events: any(e.data.get("type") == "metric" for e in events))
        wired.leases.fail(job, "It did not work.", None)
        stream.wait(lambda _: stream.states()[-1] == "failed")
        assert stream.events[-1].data["error"]["message"] == "It did not work."
    assert stream.numbers() == list(range(1, len(stream.numbers()) + 1))


def test_nothing_is_sent_twice(wired: Bench) -> None:
    job_id = wired.client.post("/api/jobs", json=DIGITS).json()["id"]
    with listening(wired, params={"jobs": job_id}) as stream:
        stream.wait(lambda events: any(e.name == "job" for e in events))
        before = len(stream.events)
        time.sleep(0.7)
        assert len(stream.events) == before


def test_a_stream_resumes_where_it_broke(wired: Bench) -> None:
    job_id = wired.client.post("/api/jobs", json=DIGITS).json()["id"]
    job = claim(wired)
    for step in range(3):
        wired.leases.event(job, "metric", {"step": step})
    with listening(wired, params={"jobs": job_id}) as stream:
        stream.wait(lambda events: any(e.data.get("data") == {"step": 2} for e in events))
        last = stream.events[-1].id
    seen = stream.numbers()
    for step in range(3, 6):
        wired.leases.event(job, "metric", {"step": step})
    with listening(wired, headers={"Last-Event-ID": last}) as again:
        again.wait(lambda events: any(e.data.get("data") == {"step": 5} for e in events))
        again.wait(lambda _: again.states() == ["running"])
    assert again.numbers() == list(range(seen[-1] + 1, seen[-1] + 4))
    with listening(wired, headers={"Last-Event-ID": again.events[-1].id}) as third:
        third.wait(lambda _: third.states() == ["running"])
    assert third.numbers() == []


def test_a_broken_last_event_id_counts_as_none(wired: Bench) -> None:
    job_id = wired.client.post("/api/jobs", json=DIGITS).json()["id"]
    headers = {"Last-Event-ID": "x" * 3000 + ",../..:7,:" + "9" * 400}
    with listening(wired, params={"jobs": job_id}, headers=headers) as stream:
        stream.wait(lambda events: any(e.name == "job" for e in events))
        assert stream.numbers() == [1]


def test_without_names_it_follows_what_i_asked_for(
    wired: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "QUIET", 600.0)  # what comes was rung for
    wired.client.post("/api/jobs", json=PIXELS, headers={"Cookie": "repscope_browser=" + "c" * 32})
    with listening(wired) as stream:
        time.sleep(0.3)
        assert stream.events == []
        job_id = wired.client.post("/api/jobs", json=DIGITS).json()["id"]
        stream.wait(lambda events: any(e.data.get("id") == job_id for e in events))
        wired.work()
        stream.wait(lambda _: "done" in stream.states())


def test_what_was_over_before_is_told_without_its_history(wired: Bench) -> None:
    wired.make(DIGITS)
    with listening(wired) as stream:
        stream.wait(lambda events: events)
        wired.client.post("/api/jobs", json=PIXELS)
        stream.wait(lambda events: any(e.name == "entry" for e in events))
        wired.work()
        stream.wait(lambda _: stream.states().count("done") == 2)
    kinds = [e.data["kind"] for e in stream.events if e.name == "job"]
    assert kinds[0] == "dataset"
    assert len({e.data["job"] for e in stream.events if e.name == "entry"}) == 1


def test_one_stream_follows_several_jobs(wired: Bench) -> None:
    ids = [wired.client.post("/api/jobs", json=r).json()["id"] for r in (MAP, PIXELS)]
    with listening(wired, params={"jobs": ",".join(ids)}) as stream:
        wired.work()
        stream.wait(lambda _: stream.states().count("done") == 2)
    assert {e.data["id"] for e in stream.events if e.name == "job"} == set(ids)
    for job_id in ids:
        assert f"{job_id}:" in stream.events[-1].id


def test_an_unknown_job_is_404(wired: Bench) -> None:
    answer = wired.client.get("/api/events", params={"jobs": UNKNOWN})
    assert (answer.status_code, answer.json()["error"]["field"]) == (404, "jobs")


def test_too_many_names_are_refused(wired: Bench) -> None:
    names = ",".join(f"{n:032x}" for n in range(201))
    answer = wired.client.get("/api/events", params={"jobs": names})
    assert (answer.status_code, answer.json()["error"]["field"]) == (422, "jobs")


def test_the_server_ends_streams_when_it_stops(wired: Bench) -> None:
    wired.client.post("/api/jobs", json=DIGITS)
    with listening(wired) as first, listening(wired) as second:
        first.wait(lambda events: events)
        wired.services.bell.close()
        assert first.ended.wait(1.0)
        assert second.ended.wait(1.0)


def test_who_leaves_is_forgotten(wired: Bench) -> None:
    wired.client.post("/api/jobs", json=DIGITS)
    for _ in range(5):
        with listening(wired) as stream:
            stream.wait(lambda events: events)
    assert wired.client.get("/api/health").status_code == 200
