"""Files that come in: streamed, bounded, compared, and nothing half-written stays."""

import hashlib
import http.client
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from repscope.core.settings import Settings
from tests.backend.conftest import Bench, open_bench
from tests.backend.recipes import UNKNOWN
from tests.workers.zipping import packed, picture

ZIP = packed({"cat/1.png": picture("PNG"), "dog/2.png": picture("PNG"), "cut.png": b"\x89PNG"})
DIGEST = hashlib.sha256(ZIP).hexdigest()
RECIPE = {"kind": "dataset", "method": "archive", "params": {"upload": DIGEST}}
NOBODY = "0" * 64


def stored(bench: Bench) -> list[str]:
    """Every file below the folder of the uploads, finished or not."""
    folder = bench.settings.uploads
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def check(answer: Any, status: int, code: str, field: str | None = None) -> None:
    assert answer.status_code == status, answer.text
    error = answer.json()["error"]
    assert (error["code"], error["field"]) == (code, field)
    assert error["message"].endswith(".")


def test_a_zip_becomes_a_dataset(bench: Bench) -> None:
    address = f"/api/uploads/{DIGEST}"
    assert bench.client.head(address).status_code == 404
    check(bench.client.get(address), 404, "not_found", "sha256")
    answer = bench.client.put("/api/uploads", content=ZIP, params={"sha256": DIGEST})
    assert answer.json() == {"sha256": DIGEST, "bytes": len(ZIP)}
    assert bench.client.head(address).status_code == 200
    assert bench.client.get(address).json() == answer.json()
    assert bench.client.put("/api/uploads", content=ZIP).json() == answer.json()
    assert stored(bench) == [DIGEST]
    made = bench.make(RECIPE)
    assert made.meta["classes"] == ["cat", "dog"]
    assert made.meta["left_out"]["count"] == 1
    image = bench.client.get(f"/api/datasets/{made.id}/images/1")
    assert image.headers["content-type"] == "image/png"
    # The dataset is there, whatever becomes of its upload.
    bench.services.uploads.remove(DIGEST)
    assert bench.client.post("/api/jobs", json=RECIPE).status_code == 200


def test_a_recipe_whose_upload_is_not_here_is_refused(bench: Bench) -> None:
    answer = bench.client.post("/api/jobs", json=RECIPE)
    check(answer, 422, "invalid_recipe", "params.upload")
    embedding = {
        "kind": "embedding",
        "method": "embed",
        "inputs": {"dataset": RECIPE, "encoder": {"kind": "encoder", "method": "pixels"}},
    }
    check(bench.client.post("/api/jobs", json=embedding), 422, "invalid_recipe")
    assert bench.client.post("/api/resolve", json=RECIPE).json()["state"] == "missing"
    assert bench.services.jobs.queued() == 0
    for given in ("", "x", NOBODY + "0", DIGEST.upper(), "../" * 21 + "a", NOBODY[1:] + "\n"):
        recipe = RECIPE | {"params": {"upload": given}}
        check(bench.client.post("/api/jobs", json=recipe), 422, "invalid_recipe", "params.upload")


def test_what_is_no_upload(bench: Bench) -> None:
    put = bench.client.put
    check(put("/api/uploads", content=b""), 422, "invalid_upload")
    check(put("/api/uploads", content=b"x", params={"sha256": NOBODY}), 422, *_wrong())
    for digest in ("x", NOBODY + "0", NOBODY[1:] + "\n", DIGEST.upper()):
        answer = put("/api/uploads", content=b"x", params={"sha256": digest})
        check(answer, 422, "invalid_request", "sha256")
        check(bench.client.get(f"/api/uploads/{quote(digest)}"), 422, "invalid_request", "sha256")
    check(put("/api/uploads", files={"file": b"x"}), 400, "bad_request")
    assert put(f"/api/uploads/{NOBODY}", content=b"x").status_code == 405
    assert bench.client.post("/api/uploads", content=b"x").status_code == 405
    assert bench.client.get("/api/uploads/../jobs").status_code == 200
    assert stored(bench) == []


def _wrong() -> tuple[str, str]:
    return "invalid_upload", "sha256"


def test_other_sites_may_not_send(bench: Bench) -> None:
    for headers in ({"Origin": "http://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        check(bench.client.put("/api/uploads", content=b"x", headers=headers), 403, "forbidden")
    assert stored(bench) == []


@pytest.fixture
def narrow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    """A server that takes little, with a larger bound than that of other requests."""
    monkeypatch.setenv("REPSCOPE_MAX_UPLOAD", "3 MiB")
    yield from open_bench(tmp_path / "data")


def test_the_bound_is_its_own(narrow: Bench) -> None:
    assert narrow.client.put("/api/uploads", content=b"x" * 3 * 2**20).status_code == 200

    def endless() -> Iterator[bytes]:
        for _ in range(100):
            yield b"x" * 100_000

    check(narrow.client.put("/api/uploads", content=endless()), 413, "too_large")
    check(narrow.client.put("/api/uploads", content=b"x" * (3 * 2**20 + 1)), 413, "too_large")
    assert len(stored(narrow)) == 1
    other = narrow.client.post("/api/uploads/x", content=b"x" * 3_000_000)
    check(other, 413, "too_large")


def test_the_floor_of_the_disk_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REPSCOPE_FREE_SPACE_FLOOR", str(2**60))
    for bench in open_bench(tmp_path / "data"):
        check(bench.client.put("/api/uploads", content=b"x"), 507, "storage_full")
        assert stored(bench) == []


def test_who_leaves_in_the_middle_leaves_nothing(wired: Bench) -> None:
    port = wired.client.base_url.port
    assert port is not None
    begun = Settings(data=wired.settings.data).uploads / ".staging"
    with socket.create_connection(("127.0.0.1", port)) as line:
        head = f"PUT /api/uploads HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: 9000000"
        line.sendall(head.encode() + b"\r\n\r\n" + b"x" * 5_000_000)
        while not (begun.is_dir() and any(p.stat().st_size for p in begun.iterdir())):
            time.sleep(0.01)
    while stored(wired):
        time.sleep(0.01)
    assert wired.client.get("/api/health").status_code == 200


def test_a_refusal_is_heard_while_sending(wired: Bench) -> None:
    port = wired.client.base_url.port
    assert port is not None
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    line.putrequest("PUT", "/api/uploads")
    line.putheader("Content-Length", str(10**15))
    line.endheaders()
    answer = line.getresponse()
    assert answer.status == 413
    line.close()
    assert stored(wired) == []


def test_ids_of_artifacts_are_no_uploads(bench: Bench) -> None:
    check(bench.client.get(f"/api/uploads/{UNKNOWN}"), 422, "invalid_request", "sha256")
