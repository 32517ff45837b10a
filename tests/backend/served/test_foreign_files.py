"""Files of every sort through a real server: good ones are made, bad ones refused."""

import json
import urllib.request
from typing import Any

import numpy as np
import pytest

from tests.workers.filing import csv, idx, npy, npz, parquet
from tests.workers.zipping import picture
from tools.app import App

IMAGES = np.arange(90, dtype=np.uint8).reshape(10, 3, 3)
VECTORS = np.random.default_rng(0).normal(size=(10, 4))
TABLE = csv([*"abcd", "label"], [[*row, "xy"[i % 2]] for i, row in enumerate(VECTORS)])
PICTURES = parquet({"image": [{"bytes": picture(), "path": "a.png"}], "label": ["x"]})


def sent(app: App, data: bytes) -> str:
    request = urllib.request.Request(f"{app.url}/api/uploads", data=data, method="PUT")
    with urllib.request.urlopen(request, timeout=30) as answer:
        return str(json.load(answer)["sha256"])


def made(app: App, method: str, data: bytes, kind: str = "dataset") -> dict[str, Any]:
    field = "images" if method == "idx" else "upload"
    return app.finish({"kind": kind, "method": method, "params": {field: sent(app, data)}})


@pytest.mark.slow
def test_good_files_become_datasets(server: App) -> None:
    for method, data, count in (
        ("idx", idx(IMAGES, packed=True), 10),
        ("arrays", npz(images=IMAGES, labels=np.arange(10)), 10),
        ("parquet", PICTURES, 1),
        ("vectors", TABLE, 10),
    ):
        job = made(server, method, data)
        assert job["state"] == "done", job["error"]
        assert server.get(f"/api/artifacts/{job['id']}")["meta"]["count"] == count
        with urllib.request.urlopen(f"{server.url}/api/datasets/{job['id']}/images/0") as image:
            assert image.headers["Content-Type"] == "image/png"


@pytest.mark.slow
def test_own_vectors_are_mapped(server: App) -> None:
    digits = {"kind": "dataset", "method": "digits"}
    encoder = {"kind": "encoder", "method": "vectors"}
    right = encoder | {"params": {"upload": sent(server, npy(np.tile(VECTORS, (180, 1))[:1797]))}}
    embedding = {"kind": "embedding", "method": "embed", "inputs": {"dataset": digits}}
    embedding["inputs"]["encoder"] = right  # type: ignore[index]
    points = {"kind": "projection", "method": "pca", "inputs": {"embedding": embedding}}
    assert server.finish(points)["state"] == "done"
    embedding["inputs"]["encoder"] = encoder | {  # type: ignore[index]
        "params": {"upload": sent(server, npy(VECTORS))}
    }
    job = server.finish(embedding)
    assert job["state"] == "failed"
    assert "10 vectors and the dataset 1,797 images" in job["error"]["message"]


@pytest.mark.slow
def test_bad_files_fail_by_a_sentence_and_the_server_stays(server: App) -> None:
    huge = b"\x93NUMPY\x01\x00\x46\x00" + (
        b"{'descr': '<f8', 'fortran_order': False, 'shape': (65536, 256, 256), }".ljust(70)
    )
    for method, data in (
        ("idx", b"\0\0\x08\x03\xff\xff\xff\xff" + bytes(100)),
        ("arrays", huge),
        ("arrays", npy(np.array([{}], dtype=object))),
        ("parquet", PICTURES[:-9]),
        ("vectors", b"a,b\n1,2\n3\n"),
        ("vectors", npy(np.full((3, 3), np.nan))),
    ):
        job = made(server, method, data)
        assert job["state"] == "failed"
        message = job["error"]["message"]
        assert message.endswith(".")
        assert "\n" not in message
        assert "Traceback" not in message
    assert server.get("/api/health")["status"] == "ok"
