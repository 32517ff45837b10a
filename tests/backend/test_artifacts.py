"""Descriptions and bytes of artifacts: checksums, 304, ranges, lists, deletion."""

import hashlib
import io

import numpy as np
import pytest

from tests.backend.conftest import Bench
from tests.backend.recipes import DIGITS, EMBEDDING, MAP, UNKNOWN, shapes


@pytest.fixture(scope="module")
def points(finished: Bench) -> tuple[str, bytes]:
    """Address and bytes of the digits' map."""
    job = finished.client.post("/api/jobs", json=MAP).json()
    path = finished.artifacts.open(job["id"]).file("points.npy")
    return f"/api/artifacts/{job['id']}/arrays/points.npy", path.read_bytes()


def test_an_array_arrives_whole(finished: Bench, points: tuple[str, bytes]) -> None:
    address, data = points
    answer = finished.client.get(address)
    assert answer.status_code == 200
    assert answer.content == data
    loaded = np.load(io.BytesIO(answer.content), allow_pickle=False)
    assert (loaded.shape, loaded.dtype.str) == ((1797, 2), "<f4")
    assert answer.headers["etag"] == f'"{hashlib.sha256(data).hexdigest()}"'
    assert answer.headers["cache-control"] == "private, max-age=31536000, immutable"
    assert answer.headers["content-length"] == str(len(data))
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["accept-ranges"] == "bytes"


def test_who_has_it_gets_304(finished: Bench, points: tuple[str, bytes]) -> None:
    address, _ = points
    etag = finished.client.get(address).headers["etag"]
    for known in (etag, f'"other", {etag}', f"W/{etag}", "*"):
        answer = finished.client.get(address, headers={"If-None-Match": known})
        assert (answer.status_code, answer.content) == (304, b"")
        assert answer.headers["etag"] == etag
        assert "immutable" in answer.headers["cache-control"]
    assert finished.client.get(address, headers={"If-None-Match": '"x"'}).status_code == 200


def test_head_sends_no_body(finished: Bench, points: tuple[str, bytes]) -> None:
    address, data = points
    answer = finished.client.head(address)
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-length"] == str(len(data))


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        ("bytes=0-0", slice(0, 1)),
        ("bytes=128-", slice(128, None)),
        ("bytes=100-199", slice(100, 200)),
        ("bytes=-8", slice(-8, None)),
        ("bytes=0-99999999", slice(0, None)),
        ("bytes=-99999999", slice(0, None)),
    ],
)
def test_a_range(finished: Bench, points: tuple[str, bytes], asked: str, part: slice) -> None:
    address, data = points
    answer = finished.client.get(address, headers={"Range": asked})
    assert answer.status_code == 206
    assert answer.content == data[part]
    first, stop, _ = part.indices(len(data))
    assert answer.headers["content-range"] == f"bytes {first}-{stop - 1}/{len(data)}"


@pytest.mark.parametrize("asked", ["bytes=99999999-", "bytes=-0"])
def test_a_range_behind_the_end(finished: Bench, points: tuple[str, bytes], asked: str) -> None:
    address, data = points
    answer = finished.client.get(address, headers={"Range": asked})
    assert answer.status_code == 416
    assert answer.headers["content-range"] == f"bytes */{len(data)}"
    assert answer.json()["error"]["code"] == "range_not_satisfiable"
    assert "immutable" not in answer.headers["cache-control"]


@pytest.mark.parametrize(
    "asked", ["bytes=5-3", "bytes=0-1,4-5", "rows=0-1", "bytes=", "bytes=-", "bytes=a-b", "7"]
)
def test_what_is_no_single_range_gets_all(
    finished: Bench, points: tuple[str, bytes], asked: str
) -> None:
    address, data = points
    answer = finished.client.get(address, headers={"Range": asked})
    assert (answer.status_code, answer.content) == (200, data)


def test_a_range_of_something_else_gets_all(finished: Bench, points: tuple[str, bytes]) -> None:
    address, data = points
    etag = finished.client.get(address).headers["etag"]
    headers = {"Range": "bytes=0-9", "If-Range": etag}
    assert finished.client.get(address, headers=headers).content == data[:10]
    for other in ('"other"', f"W/{etag}", "Wed, 21 Oct 2026 07:28:00 GMT"):
        answer = finished.client.get(address, headers={**headers, "If-Range": other})
        assert (answer.status_code, answer.content) == (200, data)


def test_the_manifest_tells_all(finished: Bench, points: tuple[str, bytes]) -> None:
    address, data = points
    manifest = finished.client.get(address.rpartition("/arrays/")[0]).json()
    assert manifest["kind"] == "projection"
    assert manifest["recipe"]["inputs"]["embedding"]["inputs"]["dataset"]["method"] == "digits"
    entry = manifest["arrays"]["points"]
    assert (entry["shape"], entry["dtype"], entry["bytes"]) == ([1797, 2], "<f4", len(data))
    assert 0 < manifest["metrics"]["explained_variance"] < 1
    assert "numpy" in manifest["libraries"]


def test_the_weights_of_an_encoder(bench: Bench) -> None:
    digits = bench.artifacts.stage("ab" * 16)
    digits.path("weights.safetensors").write_bytes(b"\x08\0\0\0\0\0\0\0{}      ")
    digits.publish({"kind": "encoder", "method": "random", "version": 1})
    answer = bench.client.get(f"/api/artifacts/{'ab' * 16}/weights.safetensors")
    assert (answer.status_code, len(answer.content)) == (200, 16)
    assert answer.headers["etag"] == f'"{hashlib.sha256(answer.content).hexdigest()}"'


def test_what_is_not_there_is_404(finished: Bench, points: tuple[str, bytes]) -> None:
    address, _ = points
    artifact = address.rpartition("/arrays/")[0]
    for path in (
        f"/api/artifacts/{UNKNOWN}",
        f"/api/artifacts/{UNKNOWN}/arrays/points.npy",
        f"{artifact}/arrays/pixels.npy",
        f"{artifact}/weights.safetensors",
    ):
        answer = finished.client.get(path)
        assert answer.status_code == 404
        assert answer.json()["error"]["code"] == "not_found"
    message = finished.client.get(f"{artifact}/arrays/pixels.npy").json()["error"]["message"]
    assert "points" in message


def test_what_has_not_been_made_comes_with_its_recipe(bench: Bench) -> None:
    job = bench.client.post("/api/jobs", json=MAP).json()
    answer = bench.client.get(f"/api/artifacts/{job['id']}/arrays/points.npy")
    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error["job"]) == (404, "not_made", job["id"])
    assert bench.client.post("/api/jobs", json=error["recipe"]).json()["id"] == job["id"]


def test_artifacts_are_listed_newest_first_a_page_at_a_time(bench: Bench) -> None:
    made = [bench.make(shapes(count=n)).id for n in range(1, 6)]
    bench.make(EMBEDDING)
    seen, cursor, pages = [], None, 0
    while pages == 0 or cursor is not None:
        params = {"kind": "dataset", "limit": 2} | ({"cursor": cursor} if cursor else {})
        page = bench.client.get("/api/artifacts", params=params).json()
        seen += [entry["id"] for entry in page["artifacts"]]
        cursor = page["cursor"]
        pages += 1
    assert pages == 3
    assert seen[1:] == made[::-1]  # before them the digits
    summary = page["artifacts"][-1]
    assert summary["meta"]["count"] == 1
    assert summary["bytes"] > 0


def test_deleting_is_refused_while_a_job_needs_it(bench: Bench) -> None:
    digits = bench.make(DIGITS)
    job = bench.client.post("/api/jobs", json=MAP).json()["id"]
    refused = bench.client.delete(f"/api/artifacts/{digits.id}")
    assert refused.status_code == 409
    assert bench.artifacts.exists(digits.id)
    bench.client.post(f"/api/jobs/{job}/cancel")
    assert bench.client.delete(f"/api/artifacts/{digits.id}").status_code == 204
    assert bench.client.get(f"/api/artifacts/{digits.id}").status_code == 404
    assert bench.client.delete(f"/api/artifacts/{digits.id}").status_code == 404


def test_what_was_deleted_is_missing_and_can_be_made_again(bench: Bench) -> None:
    digits = bench.make(DIGITS)
    bench.client.delete(f"/api/artifacts/{digits.id}")
    assert bench.client.post("/api/resolve", json=DIGITS).json()["state"] == "missing"
    assert bench.client.post("/api/jobs", json=DIGITS).status_code == 202
    assert bench.work() == ["dataset"]
    assert bench.client.get(f"/api/artifacts/{digits.id}").status_code == 200


def test_a_large_array_streams_over_a_real_connection(wired: Bench) -> None:
    values = np.arange(3_000_000, dtype=np.float32).reshape(-1, 3)  # 12 MB, several chunks
    staging = wired.artifacts.stage("cd" * 16)
    staging.write("values", values)
    staging.publish({"kind": "embedding", "method": "test", "version": 1})
    address = f"/api/artifacts/{'cd' * 16}/arrays/values.npy"
    answer = wired.client.get(address)
    assert np.array_equal(np.load(io.BytesIO(answer.content)), values)
    part = wired.client.get(address, headers={"Range": "bytes=1000000-4000000"})
    assert part.content == answer.content[1_000_000:4_000_001]
    head = wired.client.head(address)
    assert (head.headers["content-length"], head.content) == (str(len(answer.content)), b"")
    with wired.client.stream("GET", address) as left:
        next(left.iter_raw(1000))  # and leave
    assert wired.client.get("/api/health").status_code == 200
