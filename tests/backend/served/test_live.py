"""Live calls: to a real worker, and what happens when there is none or a slow one."""

import asyncio
import struct
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx2
import numpy as np
import pytest

from repscope.backend.dispatch import embedded
from repscope.backend.dispatch.embedded import SocketDispatcher
from repscope.backend.live import LiveClient, Superseded
from repscope.core.errors import RepscopeError, Unavailable
from repscope.core.frames import decode, encode
from tests.backend.conftest import Bench
from tests.backend.recipes import EMBEDDING, MAP, UNKNOWN
from tools.app import App

CALL: dict[str, Any] = {"inputs": {"embedding": EMBEDDING}, "params": {"row": 3, "k": 5}}


def ended(work: Coroutine[Any, Any, Any]) -> Any:
    """What comes of a coroutine; on a thread, for a browser's loop may be in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


@pytest.fixture(scope="module")
def real(server: App) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=server.url, timeout=30) as client:
        yield client


def test_the_neighbors_of_an_image(real: httpx2.Client) -> None:
    answer = real.post("/api/live/neighbors", json=CALL)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["cache-control"] == "no-store"
    arrays, meta = decode(answer.content)
    embedding = real.post("/api/resolve", json=EMBEDDING).json()["id"]
    data = real.get(f"/api/artifacts/{embedding}/arrays/features.npy").content
    header = 128
    features = np.frombuffer(data[header:], "<f4").reshape(1797, 64)
    distances = np.linalg.norm(features - features[3], axis=1)
    distances[3] = np.inf
    nearest = np.argsort(distances, kind="stable")[:5]
    assert arrays["indices"].tolist() == nearest.tolist()
    np.testing.assert_allclose(arrays["distances"], distances[nearest], rtol=1e-4)
    assert meta["k"] == 5


def test_inputs_by_id_answer_the_same(real: httpx2.Client) -> None:
    embedding = real.post("/api/resolve", json=EMBEDDING).json()["id"]
    by_id = {**CALL, "inputs": {"embedding": embedding}}
    nested = real.post("/api/live/neighbors", json=CALL).content
    assert real.post("/api/live/neighbors", json=by_id).content == nested


def test_what_the_worker_refuses_is_4xx(real: httpx2.Client) -> None:
    answer = real.post("/api/live/neighbors", json={**CALL, "params": {"row": 1797}})
    error = answer.json()["error"]
    assert (answer.status_code, error["field"]) == (422, "params.row")
    assert "1796" in error["message"]


def test_many_views_at_once(real: httpx2.Client) -> None:
    async def ask() -> list[int]:
        async with httpx2.AsyncClient(base_url=str(real.base_url), timeout=30) as client:
            calls = [
                client.post(
                    "/api/live/neighbors", json={**CALL, "params": {"row": i}, "view": f"view {i}"}
                )
                for i in range(40)
            ]
            return [answer.status_code for answer in await asyncio.gather(*calls)]

    assert ended(ask()) == [200] * 40


def test_inputs_must_be_finished(bench: Bench) -> None:
    answer = bench.client.post("/api/live/neighbors", json=CALL)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (409, "conflict")
    assert error["job"] == bench.client.post("/api/resolve", json=EMBEDDING).json()["id"]
    assert "not finished" in error["message"]
    assert bench.services.jobs.queued() == 0


@pytest.mark.parametrize(
    ("path", "call", "field"),
    [
        ("neighbors", {"inputs": {"embedding": UNKNOWN}, "params": {"row": 1}}, "inputs.embedding"),
        ("neighbors", {"params": {"row": 1}}, "inputs.embedding"),
        ("neighbors", {"inputs": {"embedding": EMBEDDING}}, "params.row"),
        ("neighbors", {**CALL, "params": {"row": -1}}, "params.row"),
        ("neighbors", {**CALL, "color": 1}, "color"),
        ("neighbors", {**CALL, "view": "x" * 65}, "view"),
        ("neighbors", {**CALL, "inputs": {"embedding": MAP}}, "inputs.embedding"),
        ("painting", CALL, "method"),
        ("No-Name", CALL, "method"),
    ],
)
def test_bad_calls(bench: Bench, path: str, call: dict[str, Any], field: str) -> None:
    answer = bench.client.post(f"/api/live/{path}", json=call)
    assert answer.status_code == 422, answer.text
    assert answer.json()["error"]["field"] == field


def test_without_a_worker_it_says_so(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "PATIENCE", 0.2)
    bench.make(EMBEDDING)
    answer = bench.client.post("/api/live/neighbors", json=CALL)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (503, "unavailable")
    assert "repscope serve" in error["message"]


Behavior = Callable[[dict[str, Any]], Awaitable[bytes | None]]


@asynccontextmanager
async def worker(behavior: Behavior) -> AsyncIterator[tuple[LiveClient, list[dict[str, Any]]]]:
    """Speak the worker's side of the socket; `behavior` answers a call, or hangs up."""
    calls: list[dict[str, Any]] = []
    handlers: list[asyncio.Task[None] | None] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        handlers.append(asyncio.current_task())
        (length,) = struct.unpack("<I", await reader.readexactly(4))
        _, call = decode(await reader.readexactly(length))
        calls.append(call)
        answer = await behavior(call)
        if answer is not None:
            writer.write(struct.pack("<I", len(answer)) + answer)
        writer.close()

    with TemporaryDirectory() as folder:
        socket = Path(folder) / "live.sock"
        server = await asyncio.start_unix_server(serve, socket)
        yield LiveClient(SocketDispatcher(socket)), calls
        server.close()
        await asyncio.gather(*filter(None, handlers))


async def square(call: dict[str, Any]) -> bytes:
    await asyncio.sleep(0.1)
    return encode({"value": np.array([call["x"] ** 2])})


def run(behavior: Behavior, ask: Callable[[LiveClient], Awaitable[Any]]) -> list[dict[str, Any]]:
    async def both() -> list[dict[str, Any]]:
        async with worker(behavior) as (client, calls):
            await ask(client)
            return calls

    return ended(both())


def test_the_newest_call_of_a_view_wins() -> None:
    results: list[Any] = []
    asked = asyncio.Event()

    async def when_all_are_asked(call: dict[str, Any]) -> bytes:
        await asked.wait()
        return await square(call)

    async def slide(client: LiveClient) -> None:
        async def one(x: int) -> int:
            arrays, _ = decode(await client.call({"x": x}, ("ada", "map")))
            return int(arrays["value"][0])

        sliding = []
        for x in range(6):
            sliding.append(asyncio.create_task(one(x)))
            await asyncio.sleep(0.02)
        asked.set()
        results.extend(await asyncio.gather(*sliding, return_exceptions=True))
        results.append(await one(7))  # the view is free again

    calls = run(when_all_are_asked, slide)
    assert [call["x"] for call in calls] == [0, 5, 7]
    assert (results[0], results[5], results[6]) == (0, 25, 49)
    assert all(isinstance(result, Superseded) for result in results[1:5])
    assert results[1].status == 409


def test_other_views_and_owners_do_not_wait() -> None:
    views = [("ada", "map"), ("ada", "rdm"), ("bob", "map"), None, None]
    everyone = asyncio.Barrier(len(views))

    async def together(call: dict[str, Any]) -> bytes:
        await asyncio.wait_for(everyone.wait(), 20)  # one that waited for another would not come
        return await square(call)

    async def ask(client: LiveClient) -> None:
        await asyncio.gather(*(client.call({"x": 1}, view) for view in views))

    assert len(run(together, ask)) == len(views)


def test_a_call_that_is_given_up_makes_room() -> None:
    given_up = asyncio.Event()

    async def afterwards(call: dict[str, Any]) -> bytes:
        await given_up.wait()
        return await square(call)

    async def ask(client: LiveClient) -> None:
        view = ("ada", "map")
        first = asyncio.create_task(client.call({"x": 1}, view))
        await asyncio.sleep(0.02)
        second = asyncio.create_task(client.call({"x": 2}, view))
        await asyncio.sleep(0.02)
        second.cancel()
        given_up.set()
        await first
        await client.call({"x": 3}, view)

    assert [call["x"] for call in run(afterwards, ask)] == [1, 3]


def test_an_error_of_the_worker_keeps_its_words() -> None:
    async def refuse(call: dict[str, Any]) -> bytes:
        error = {"code": "method_failed", "status": 500, "message": "Too few.", "field": None}
        return encode({}, {"error": error})

    async def ask(client: LiveClient) -> None:
        with pytest.raises(RepscopeError, match=r"Too few\.") as caught:
            await client.call({"x": 1})
        assert (caught.value.code, caught.value.status) == ("method_failed", 422)

    run(refuse, ask)


def test_a_worker_that_dies_during_a_call() -> None:
    async def die(call: dict[str, Any]) -> None:
        return None

    async def ask(client: LiveClient) -> None:
        with pytest.raises(Unavailable, match="stopped during this call"):
            await client.call({"x": 1})

    run(die, ask)


def test_a_worker_that_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "LIVE_SECONDS", 0.2)

    async def sleep(call: dict[str, Any]) -> None:
        await asyncio.sleep(0.6)

    async def ask(client: LiveClient) -> None:
        with pytest.raises(Unavailable, match="did not answer"):
            await client.call({"x": 1}, ("ada", "map"))

    run(sleep, ask)


def test_a_worker_that_still_starts_is_waited_for() -> None:
    async def late() -> None:
        with TemporaryDirectory() as folder:
            socket = Path(folder) / "live.sock"
            asked = asyncio.create_task(LiveClient(SocketDispatcher(socket)).call({"x": 4}))
            await asyncio.sleep(0.3)

            async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
                await reader.readexactly(4)
                answer = await square({"x": 4})
                writer.write(struct.pack("<I", len(answer)) + answer)
                writer.close()

            server = await asyncio.start_unix_server(serve, socket)
            arrays, _ = decode(await asked)
            assert arrays["value"].tolist() == [16]
            server.close()

    ended(late())
