"""The socket below the server."""

import time

import pytest

from repscope.backend.listener import listen, url_of
from repscope.core.errors import Conflict
from tests.backend.conftest import Bench


def test_a_free_port_is_found() -> None:
    with listen("127.0.0.1", 0) as listener:
        assert url_of(listener) == f"http://127.0.0.1:{listener.getsockname()[1]}"


def test_a_port_is_taken_once() -> None:
    with listen("127.0.0.1", 0) as listener, pytest.raises(Conflict, match="is taken"):
        listen("127.0.0.1", listener.getsockname()[1])


def test_an_address_of_another_machine() -> None:
    with pytest.raises(Conflict, match="cannot be used"):
        listen("192.0.2.1", 8000)


def test_small_answers_do_not_wait_for_an_acknowledgment(wired: Bench) -> None:
    times = []
    for _ in range(21):
        begun = time.perf_counter()
        wired.client.get("/nothing")
        times.append(time.perf_counter() - begun)
    assert sorted(times)[10] < 0.03  # Nagle's algorithm would add 0.04
