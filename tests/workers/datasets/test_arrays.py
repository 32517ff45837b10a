"""Arrays of NumPy: as numpy.load reads them, found by shape and name, never unpickled."""

import io
import struct

import numpy as np
import pytest

from repscope.core.errors import InvalidRecipe, MethodFailed
from repscope.workers.context import Result
from tests.workers.filing import npy, npz
from tests.workers.hostile import survives
from tests.workers.making import make, upload
from tests.workers.zipping import packed

RNG = np.random.default_rng(0)
GRAY = RNG.integers(0, 256, (12, 6, 5), np.uint8)
COLOR = RNG.integers(0, 256, (12, 6, 5, 3), np.uint8)
LABELS = np.arange(12) % 3


def read(data: bytes, **params: object) -> Result:
    return make("dataset", "arrays", {"upload": upload(data), **params})


def refusal(data: bytes, **params: object) -> str:
    with pytest.raises(MethodFailed) as caught:
        read(data, **params)
    return caught.value.message


@pytest.mark.parametrize(
    ("array", "expected"),
    [
        (GRAY, GRAY[..., None]),
        (np.asfortranarray(GRAY), GRAY[..., None]),
        (COLOR, COLOR),
        (np.asfortranarray(COLOR.transpose(0, 3, 1, 2)), COLOR),
        (GRAY.astype(np.int64), GRAY[..., None]),
        (GRAY.astype(">u2"), GRAY[..., None]),
        (GRAY / 255.0, GRAY[..., None]),
        ((GRAY / 255.0).astype(np.float32), GRAY[..., None]),
        (GRAY.astype(np.float32), GRAY[..., None]),
        (GRAY.astype(np.uint16) * 256 + 128, GRAY[..., None]),
        (GRAY > 100, (GRAY > 100)[..., None] * np.uint8(255)),
        (GRAY[:, :5].reshape(12, 25), GRAY[:, :5, :, None]),
        (COLOR[:, :5].transpose(0, 3, 1, 2).reshape(12, 75), COLOR[:, :5]),
    ],
)
def test_shapes_and_types(array: np.ndarray, expected: np.ndarray) -> None:
    np.testing.assert_array_equal(np.load(io.BytesIO(npy(array))), array)
    images = read(npy(array)).array("images")
    assert images.dtype == np.uint8
    # 16 bits are divided by 257, so that white stays white; that is off by one at most.
    tolerance = 1 if array.dtype == np.uint16 and array.max() > 255 else 0
    assert np.abs(images.astype(int) - expected).max() <= tolerance


def test_the_range_is_that_of_all_images() -> None:
    images = read(npy(np.array([[[-2.0, 0.0]], [[1.0, 2.0]]]))).array("images")
    assert images.ravel().tolist() == [0, 128, 191, 255]
    half = read(npy(np.array([[[-1.0, 0.0]], [[0.5, 0.9]]]))).array("images")
    assert half.ravel().tolist() == [0, 128, 191, 242]


def test_transparency_lies_on_white() -> None:
    clear = np.zeros((2, 3, 3, 4), np.uint8)
    clear[1, ..., 3] = 255
    images = read(npy(clear)).array("images")
    assert images.shape == (2, 3, 3, 3)
    assert images[0].min() == 255
    assert images[1].max() == 0


@pytest.mark.parametrize("small", [False, True])
def test_an_archive_says_what_is_what(small: bool) -> None:
    result = read(
        npz(
            small,
            pictures=COLOR,
            thumbs=GRAY[:, :2, :2],
            targets=LABELS[:, None],
            age=np.linspace(0, 1, 12),
            city=np.array(["Ulm", "Bonn"] * 6),
            class_names=np.array(["cat", "dog", "emu", "fox"]),
        )
    )
    np.testing.assert_array_equal(result.array("images"), COLOR)
    assert result.array("labels").tolist() == LABELS.tolist()
    assert result.meta["classes"] == ["cat", "dog", "emu", "fox"]
    columns = {each["name"]: each for each in result.meta["columns"]}
    assert list(columns) == ["label", "age", "city"]
    assert columns["city"]["categories"] == ["Bonn", "Ulm"]
    np.testing.assert_allclose(result.array("column_age"), np.linspace(0, 1, 12))
    assert result.array("column_city").tolist() == [1, 0] * 6


def test_names_choose() -> None:
    data = npz(a=GRAY, b=COLOR, c=LABELS, d=LABELS + 5)
    chosen = read(data, images_name="a", labels_name="d")
    np.testing.assert_array_equal(chosen.array("images")[..., 0], GRAY)
    assert chosen.meta["classes"] == ["5", "6", "7"]
    assert read(data).meta["classes"] is None  # c or d: nobody knows
    assert "no array 'x'" in refusal(data, images_name="x")
    with pytest.raises(InvalidRecipe, match="without a name"):
        read(npy(GRAY), labels_name="x")


def test_splits_by_name() -> None:
    result = read(
        npz(x_train=GRAY, y_train=LABELS, x_test=GRAY[:5], y_test=LABELS[:5], val_w=LABELS)
    )
    assert result.array("images").shape == (17, 6, 5, 1)
    assert result.array("labels").tolist() == [*LABELS, *LABELS[:5]]
    assert result.array("column_split").tolist() == [0] * 12 + [1] * 5
    medical = npz(
        train_images=COLOR, val_images=COLOR[:2], test_images=COLOR[:3], test_labels=LABELS[:3]
    )
    assert read(medical).meta["columns"][1]["categories"] == ["train", "validation", "test"]
    assert read(medical).array("labels").tolist() == [-1] * 14 + [0, 1, 2]


def test_labels_from_a_file_beside() -> None:
    texts = upload(npy(np.array(["dog", "cat"] * 6)))
    result = read(npy(GRAY), labels=texts)
    assert result.meta["classes"] == ["cat", "dog"]
    assert result.array("labels").tolist() == [1, 0] * 6
    floats = read(npy(GRAY), labels=upload(npy(LABELS.astype(float))), class_names=["a", "b", "c"])
    assert floats.meta["classes"] == ["a", "b", "c"]
    assert "neither whole" in refusal(npy(GRAY), labels=upload(npy(np.arange(12) / 5)))
    assert "each image" in refusal(npy(GRAY), labels=upload(npy(LABELS[:4])))


def header(text: str, version: int = 1) -> bytes:
    size = "<H" if version == 1 else "<I"
    return b"\x93NUMPY" + bytes([version, 0]) + struct.pack(size, len(text)) + text.encode()


def described(descr: str = "'|u1'", shape: str = "(2, 2, 2)") -> str:
    return f"{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}, }}"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (header(described(shape="(32, 32768, 32768)")), "is cut off"),
        (header(described(shape="(4096, 32768, 32768)")), "64 GiB"),
        (header(described()) + bytes(9), "is too long"),
        (header(described("'|O'")) + bytes(64), "never unpickled"),
        (npy(np.array([{"a": 1}], dtype=object)), "never unpickled"),
        (header(described("[('a', '<f4')]")) + bytes(32), "records"),
        (header(described("'<c8'")) + bytes(64), "'<c8'"),
        (header(described("'|V4'")) + bytes(64), "'|V4'"),
        (header(described("'<U100000'")) + bytes(64), "100,000 characters"),
        (header(described("'<U5'")) + bytes(160), "texts"),
        (header(described(shape="(-2, 2, 2)")), "a header that is none"),
        (header(described(shape="(2, __import__('os'), 2)")), "a header that is none"),
        (header("{" * 9000), "a header that is none"),
        (header("{}"), "a header that is none"),
        (header("x" * 20_000), "20,000 bytes"),
        (header(described(), version=9), "does not begin as one"),
        (header(described())[:30], "cut off within its header"),
        (header(described(shape="(0, 2, 2)")), "holds no numbers"),
        (header(described(shape="(8,)")) + bytes(8), "none of images"),
        (npy(np.full((2, 2, 2), np.inf)), "not finite"),
        (b"x", "no zip archive"),
        (packed({"a.txt": b"x"}), "holds 0 arrays"),
        (packed({"../a.npy": npy(GRAY)}), "leads out"),
        (packed({"a.npy": npy(GRAY)[:-1]}), "'a' asks for 360 bytes"),
        (packed({"a.npy": header(described(shape="(32, 32768, 32768)"))}), "'a' asks for"),
        (packed({"a.npy": npy(np.array([1, "x"], dtype=object))}), "never unpickled"),
        (npz(a=LABELS), "no array of images; it has a (12)"),
        (npz(True, a=np.zeros((25, 1000, 1000), np.uint8)), "which is more than is taken"),
    ],
)
def test_what_is_wrong_is_refused_by_a_sentence(data: bytes, words: str) -> None:
    sentence = refusal(data)
    assert words in sentence
    assert sentence.endswith(".")


def test_damaged_members_are_refused() -> None:
    data = npz(images=GRAY, labels=LABELS)
    at = data.index(GRAY.tobytes()[:50]) + 20
    changed = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
    assert "CRC" in refusal(changed)


@pytest.mark.slow
@pytest.mark.parametrize(
    "data",
    [
        npy(GRAY),
        npz(False, images=GRAY, labels=LABELS, city=np.array(["Ulm", "Bonn"] * 6)),
        npz(True, x_train=GRAY, y_train=LABELS, x_test=GRAY[:5], y_test=LABELS[:5]),
    ],
    ids=["npy", "npz", "npz packed"],
)
def test_mutated_files_are_read_or_refused(data: bytes) -> None:
    survives("dataset", "arrays", data)
