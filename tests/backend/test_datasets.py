"""Single images and atlas pages."""

import io
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from tests.backend.conftest import Bench
from tests.backend.recipes import ATLAS, DIGITS, MAP, UNKNOWN


def read(data: bytes) -> NDArray[Any]:
    return np.asarray(Image.open(io.BytesIO(data)))


@pytest.fixture(scope="module")
def digits(finished: Bench) -> str:
    job: str = finished.client.post("/api/jobs", json=DIGITS).json()["id"]
    return f"/api/datasets/{job}"


def publish(bench: Bench, arrays: dict[str, NDArray[Any]], kind: str = "dataset") -> str:
    staging = bench.artifacts.stage("ef" * 16)
    for name, values in arrays.items():
        staging.write(name, values)
    staging.publish({"kind": kind, "method": "test", "version": 1})
    return f"/api/datasets/{'ef' * 16}"


def test_a_small_image_is_exact(finished: Bench, digits: str) -> None:
    answer = finished.client.get(f"{digits}/images/7")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
    images = finished.artifacts.open(digits.rpartition("/")[2]).array("images")
    assert np.array_equal(read(answer.content), images[7, :, :, 0])
    assert "immutable" in answer.headers["cache-control"]


def test_a_small_image_is_never_enlarged(finished: Bench, digits: str) -> None:
    answer = finished.client.get(f"{digits}/images/7", params={"size": 64})
    assert read(answer.content).shape == (8, 8)


def test_who_has_an_image_gets_304(finished: Bench, digits: str) -> None:
    etag = finished.client.get(f"{digits}/images/7").headers["etag"]
    again = finished.client.get(f"{digits}/images/7", headers={"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")
    other = finished.client.get(f"{digits}/images/8", headers={"If-None-Match": etag})
    assert other.status_code == 200


def test_a_large_image_is_shrunk_in_proportion(bench: Bench) -> None:
    ramp = np.linspace(0, 255, 300, dtype=np.uint8)
    images = np.broadcast_to(ramp[None, None, :, None], (2, 150, 300, 3))
    address = publish(bench, {"images": images})
    whole = bench.client.get(f"{address}/images/1")
    assert whole.headers["content-type"] == "image/jpeg"
    assert read(whole.content).shape == (150, 300, 3)
    small = bench.client.get(f"{address}/images/1", params={"size": 100})
    assert small.headers["content-type"] == "image/jpeg"
    assert read(small.content).shape == (50, 100, 3)
    tiny = bench.client.get(f"{address}/images/1", params={"size": 10})
    assert tiny.headers["content-type"] == "image/png"
    pixels = read(tiny.content)
    assert pixels.shape == (5, 10, 3)
    assert np.all(np.diff(pixels[2, :, 0].astype(int)) > 0)


def test_images_of_mixed_sizes(bench: Bench) -> None:
    colors = [(255, 0, 0), (0, 0, 255)]
    sizes = [(40, 60), (300, 200)]
    encoded = []
    for (height, width), color in zip(sizes, colors, strict=True):
        out = io.BytesIO()
        Image.new("RGB", (width, height), color).save(out, "JPEG", quality=95)
        encoded.append(np.frombuffer(out.getvalue(), np.uint8))
    offsets = np.cumsum([0, *map(len, encoded)])
    arrays = {"bytes": np.concatenate(encoded), "offsets": offsets, "sizes": np.array(sizes)}
    address = publish(bench, arrays)
    first = read(bench.client.get(f"{address}/images/0").content)
    second = read(bench.client.get(f"{address}/images/1", params={"size": 90}).content)
    assert (first.shape, second.shape) == ((40, 60, 3), (90, 60, 3))
    assert np.abs(first[20, 30].astype(int) - colors[0]).max() < 6
    assert np.abs(second[20, 30].astype(int) - colors[1]).max() < 6
    assert bench.client.get(f"{address}/images/2").status_code == 404


def test_rows_behind_the_end_are_404(finished: Bench, digits: str) -> None:
    answer = finished.client.get(f"{digits}/images/1797")
    error = answer.json()["error"]
    assert (answer.status_code, error["field"]) == (404, "row")
    assert "1797 images" in error["message"]


def test_only_datasets_have_images(finished: Bench) -> None:
    job = finished.client.post("/api/jobs", json=MAP).json()["id"]
    for path in (f"{job}/images/0", f"{job}/atlas/0", f"{UNKNOWN}/images/0"):
        assert finished.client.get(f"/api/datasets/{path}").status_code == 404


def test_a_dataset_without_images_says_so(bench: Bench) -> None:
    address = publish(bench, {"labels": np.zeros(3, np.int32)})
    answer = bench.client.get(f"{address}/images/0")
    assert answer.status_code == 404
    assert "no images" in answer.json()["error"]["message"]


def test_an_atlas_page_is_a_jpeg(finished: Bench, digits: str) -> None:
    answer = finished.client.get(f"{digits}/atlas/0")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/jpeg")
    job = finished.client.post("/api/jobs", json=ATLAS).json()["id"]
    meta = finished.artifacts.open(job).meta
    page = read(answer.content)
    assert page.shape[:2] == (meta["page_height"], meta["page_width"])
    etag = {"If-None-Match": answer.headers["etag"]}
    assert finished.client.get(f"{digits}/atlas/0", headers=etag).status_code == 304
    assert finished.client.get(f"{digits}/atlas/{meta['pages']}").status_code == 404


def test_an_atlas_that_was_not_made_comes_with_its_recipe(bench: Bench) -> None:
    digits = bench.make(DIGITS)
    answer = bench.client.get(f"/api/datasets/{digits.id}/atlas/0")
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (404, "not_made")
    assert bench.client.post("/api/jobs", json=error["recipe"]).json()["id"] == error["job"]
    assert bench.work() == ["atlas"]
    assert bench.client.get(f"/api/datasets/{digits.id}/atlas/0").status_code == 200


def test_a_mosaic_is_of_images_from_everywhere(finished: Bench, digits: str) -> None:
    answer = finished.client.get(f"{digits}/mosaic", params={"columns": 5, "rows": 3, "size": 20})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
    picture = read(answer.content)
    # Twice their own size, without a blur, and a pixel apart.
    assert picture.shape == (3 * 17 - 1, 5 * 17 - 1, 4)
    assert not picture[16::17, :, 3].any()
    assert not picture[:, 16::17, 3].any()
    images = finished.artifacts.open(digits.rpartition("/")[2]).array("images")
    for place in range(15):
        row, column = divmod(place, 5)
        tile = picture[row * 17 : row * 17 + 16, column * 17 : column * 17 + 16, 0]
        image = images[(2 * place + 1) * 1797 // 30, :, :, 0].repeat(2, 0).repeat(2, 1)
        assert np.array_equal(tile, image)
    etag = {"If-None-Match": answer.headers["etag"]}
    assert "immutable" in answer.headers["cache-control"]
    assert (
        finished.client.get(f"{digits}/mosaic?columns=5&rows=3&size=20", headers=etag).status_code
        == 304
    )


def test_a_mosaic_of_few_images_of_mixed_sizes_has_no_more_than_those(bench: Bench) -> None:
    encoded = []
    sizes = [(40, 60), (300, 200), (64, 64)]
    for height, width in sizes:
        out = io.BytesIO()
        Image.new("RGB", (width, height), (200, 10, 10)).save(out, "JPEG", quality=95)
        encoded.append(np.frombuffer(out.getvalue(), np.uint8))
    offsets = np.cumsum([0, *map(len, encoded)])
    arrays = {"bytes": np.concatenate(encoded), "offsets": offsets, "sizes": np.array(sizes)}
    address = publish(bench, arrays)
    answer = bench.client.get(f"{address}/mosaic", params={"columns": 2})
    assert answer.headers["content-type"] == "image/png"
    picture = read(answer.content)
    assert picture.shape == (96, 96, 4)
    assert picture[70, 70, 3] == 0  # where there is no fourth
    assert np.abs(picture[20, 20].astype(int) - [200, 10, 10, 255]).max() < 6


def test_a_dataset_without_images_has_no_mosaic(bench: Bench) -> None:
    address = publish(bench, {"images": np.zeros((0, 8, 8, 1), np.uint8)})
    answer = bench.client.get(f"{address}/mosaic")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")
