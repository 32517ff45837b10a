"""Arrays, tables and vectors brought through the page, and what is made to do harm."""

import gzip
import io
import os
import re
import struct
import zipfile
import zlib
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Visit
from tests.e2e.map_page import MapPage
from tests.e2e.test_adding import bring, drop, expect_added, expect_refused
from tests.workers.zipping import entry, packed, picture

pytestmark = pytest.mark.browser

FIRST = 200
DIGITS = 1797


def cut_idx(source: Path, target: Path, count: int) -> None:
    """Write the first `count` items of a gzipped IDX file of bytes."""
    whole = gzip.decompress(source.read_bytes())
    axes = whole[3]
    shape = struct.unpack(f">{axes}I", whole[4 : 4 + 4 * axes])
    size = count * int(np.prod(shape[1:]))
    start = 4 + 4 * axes
    head = whole[:4] + struct.pack(f">{axes}I", count, *shape[1:])
    target.write_bytes(gzip.compress(head + whole[start : start + size]))


@pytest.mark.data
def test_four_idx_files_at_once(visit: Visit, tmp_path: Path) -> None:
    source = Path(os.environ["REPSCOPE_TEST_DATA"]) / "fashion-mnist"
    for file in source.glob("*.gz"):
        cut_idx(file, tmp_path / file.name, FIRST)
    page = visit()
    MapPage(page).ready()
    bring(page, sorted(tmp_path.glob("*.gz")))
    page.get_by_test_id("add-take").click()
    view = expect_added(page, 2 * FIRST)
    expect(view.part("legend-entry")).to_have_count(10)
    expect(view.part("neighbor-image")).not_to_have_count(0)
    assert "dataset=idx" in page.url


@pytest.mark.data
def test_a_zip_of_real_photos_with_three_splits(visit: Visit) -> None:
    source = Path(os.environ["REPSCOPE_TEST_DATA"]) / "clothing10"
    files: dict[str, bytes] = {}
    for split in ("train", "validation", "test"):
        for kind in sorted(path for path in (source / split).iterdir() if path.is_dir()):
            for photo in sorted(kind.iterdir())[:3]:
                files[f"clothing/{split}/{kind.name}/{photo.name}"] = photo.read_bytes()
    page = visit()
    MapPage(page).ready()
    drop(page, "clothing.zip", packed(files))
    page.get_by_test_id("add-take").click()
    view = expect_added(page, len(files))
    expect(view.part("legend-entry")).to_have_count(10)
    expect(view.part("neighbor-image")).not_to_have_count(0)


def test_a_parquet_file_of_images(visit: Visit) -> None:
    cells = [{"bytes": picture("PNG", (20, 20 + i)), "path": f"{i}.png"} for i in range(12)]
    table = pa.table({"image": cells, "kind": [f"kind {i % 3}" for i in range(12)]})
    file = io.BytesIO()
    pq.write_table(table, file)
    page = visit()
    MapPage(page).ready()
    drop(page, "pictures.parquet", file.getvalue())
    page.get_by_test_id("route-dataset-parquet").check()
    page.get_by_test_id("add-take").click()
    view = expect_added(page, 12)
    expect(view.part("neighbor-image")).not_to_have_count(0)


def test_own_vectors_as_the_embedding_and_alone(visit: Visit, tmp_path: Path) -> None:
    file = tmp_path / "features.npy"
    np.save(file, np.random.default_rng(0).standard_normal((DIGITS, 16), dtype=np.float32))
    page = visit()
    MapPage(page).ready()
    bring(page, [file])
    page.get_by_test_id("route-encoder-vectors").check()
    page.get_by_test_id("add-take").click()
    view = expect_added(page, DIGITS)
    expect(page).to_have_url(re.compile("dataset=digits&encoder=vectors"))
    expect(view.part("neighbor-image")).not_to_have_count(0)
    bring(page, [file])
    page.get_by_test_id("route-dataset-vectors").check()
    page.get_by_test_id("add-take").click()
    view = expect_added(page, DIGITS)
    expect(page).to_have_url(re.compile("dataset=vectors.*encoder=vectors"))
    view.choose("dataset", "digits")
    view.ready(points=DIGITS)
    expect(page).to_have_url(re.compile("dataset=digits&encoder=pixels"))


def enormous_png() -> bytes:
    """A PNG whose header tells of 50,000 x 50,000 pixels and whose body has none."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)

    header = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def linked() -> bytes:
    """A zip with a link that leads out of it."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(entry("good.png"), picture())
        archive.writestr(entry("link.png", mode=0o120777), "/etc/passwd")
    return file.getvalue()


def pickled() -> bytes:
    """An array of objects, which only a pickle holds."""
    file = io.BytesIO()
    np.save(file, np.full((4, 2, 2), None, dtype=object), allow_pickle=True)
    return file.getvalue()


def test_what_is_made_to_do_harm_is_refused_by_a_sentence(visit: Visit) -> None:
    bomb = packed({"bomb.png": bytes(40 * 2**20)}, zipfile.ZIP_DEFLATED)
    page = visit()
    MapPage(page).ready()
    for name, data, words in (
        ("enormous.zip", packed({"a.png": picture(), "b.png": enormous_png()}), "'b.png'"),
        ("linked.zip", linked(), "'link.png', a link"),
        ("bomb.zip", bomb, "'bomb.png' would unpack"),
        ("pickled.npy", pickled(), "object"),
    ):
        drop(page, name, data)
        page.get_by_test_id("add-take").click()
        expect_refused(page, words)
