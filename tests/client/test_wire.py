"""What goes over the wire, and what happens when nobody answers."""

import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from repscope.client import (
    Client,
    Conflict,
    Job,
    RepscopeError,
    Unauthorized,
    Unavailable,
    wire,
)
from tools.app import free_port

Answer = tuple[int, bytes]


@contextmanager
def serving(*answers: Answer) -> Iterator[tuple[str, list[http.server.BaseHTTPRequestHandler]]]:
    """A server that gives these answers in turn, the last again and again."""
    seen: list[http.server.BaseHTTPRequestHandler] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = answers[min(len(seen), len(answers) - 1)]
            seen.append(self)
            self.send_response(status)
            if status == 302:
                self.send_header("Location", "http://127.0.0.1:1/")
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", seen
        server.shutdown()
        thread.join()


def refusal(status: int, code: str, message: str) -> Answer:
    return status, f'{{"error": {{"code": "{code}", "message": "{message}"}}}}'.encode()


NO_JOBS: Answer = (200, b'{"jobs": []}')
AWAY = refusal(503, "unavailable", "The broker is away.")


def test_a_server_that_starts_anew_is_asked_again() -> None:
    with serving(AWAY, AWAY, NO_JOBS) as (url, seen):
        assert Client(url).jobs() == []
        assert len(seen) == 3


class Clock:
    """Time that passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def test_patience_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    monkeypatch.setattr(wire, "time", clock)
    with serving(AWAY) as (url, seen), pytest.raises(Unavailable, match="The broker is away"):
        Client(url, patience=3.0).jobs()
    assert len(seen) >= 3
    assert 1.0 < clock.now <= 3.0


def test_a_wrong_address_is_told_at_once() -> None:
    with pytest.raises(Unavailable, match="repscope serve"):
        Client(f"http://127.0.0.1:{free_port()}", patience=3600).jobs()


def test_other_refusals_are_not_asked_again() -> None:
    with serving(refusal(409, "conflict", "No.")) as (url, seen):
        with pytest.raises(Conflict, match=r"No\."):
            Client(url).jobs()
        assert len(seen) == 1


def test_a_missing_token_is_told() -> None:
    told = refusal(401, "unauthorized", "Show the token.")
    with serving(told) as (url, _), pytest.raises(Unauthorized, match="Show the token"):
        Client(url).jobs()


def test_what_is_no_repscope_is_told() -> None:
    with serving((404, b"<html>")) as (url, _), pytest.raises(RepscopeError, match="no Repscope"):
        Client(url).jobs()


def test_the_token_is_sent_and_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(NO_JOBS) as (url, seen):
        client = Client(url, token="s3cret")
        client.jobs()
        assert "s3cret" not in f"{client} {client!r}"
        monkeypatch.setenv("REPSCOPE_TOKEN", "other")
        monkeypatch.setenv("REPSCOPE_URL", url)
        Client().jobs()
        sent = [request.headers["Authorization"] for request in seen]
        assert sent == ["Bearer s3cret", "Bearer other"]


def test_the_printed_link_will_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REPSCOPE_TOKEN", "of another server")
    with serving(NO_JOBS) as (url, seen):
        client = Client(f"{url}/?token=s3%2Fcret")
        client.jobs()
        assert seen[0].headers["Authorization"] == "Bearer s3/cret"
        assert repr(client) == f"Client('{url}')"


def test_a_token_follows_no_redirect() -> None:
    with serving((302, b"")) as (url, seen), pytest.raises(RepscopeError, match="302"):
        Client(url, token="s3cret").jobs()
    assert len(seen) == 1


@pytest.mark.parametrize("url", ["ftp://x", "127.0.0.1:8000", "file:///etc/passwd"])
def test_only_addresses_of_servers_are_taken(url: str) -> None:
    with pytest.raises(ValueError, match="address of a server"):
        Client(url)


def test_a_stream_that_breaks_is_taken_up_where_it_broke() -> None:
    job = Job(Client("http://127.0.0.1:1")._wire, {"id": "0" * 32, "state": "running"})
    first = f"""retry: 1000

: keep alive

id: {job.id}:7
event: entry
data: {{"job": "{job.id}", "type": "metric", "data": {{"loss": 0.5}}, "number": 7}}

"""
    second = f'id: {job.id}:8\nevent: job\ndata: {{"id": "{job.id}", "state": "done"}}\n\n'
    # What follows an end is not waited for.
    with serving((200, first.encode()), (200, second.encode()), AWAY) as (url, seen):
        told = list(Client(url).events(job))
    assert [(event.type, event.job) for event in told] == [("metric", job.id), ("job", job.id)]
    assert [event.data for event in told] == [{"loss": 0.5}, {"id": job.id, "state": "done"}]
    assert [request.headers["Last-Event-ID"] for request in seen] == [None, f"{job.id}:7"]
