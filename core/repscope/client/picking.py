"""Which dataset a file becomes, told by its first bytes and not by its name.

The rule stands in `docs/datasets.md`; the page of the server goes by the same.
"""

import re
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

_NPY = b"\x93NUMPY"
_ZIP = b"PK"
_PARQUET = b"PAR1"
_GZIP = b"\x1f\x8b"
_IDX = b"\0\0"
#: How the files of MNIST are called, and all that followed it.
_IDX_NAME = re.compile(
    r"(?P<set>.*-)?(?P<split>train|t10k|test)-(?P<what>images|labels)[-.]idx\d-ubyte(\.gz)?"
)


@dataclass(frozen=True)
class Picked:
    """What is to be sent, and what is to be made of it.

    Attributes:
        method: Of the dataset.
        files: A file or folder for each parameter that names an upload.
        title: Name for people.
    """

    method: str
    files: dict[str, Path]
    title: str


def pick(path: Path, method: str | None = None) -> Picked:
    """Choose the method for a file or folder, and find the files that belong to it.

    Args:
        path: A folder, or a file.
        method: The method, when it was chosen.

    Raises:
        ValueError: No method reads such a file; the message says which are read.
    """
    title = re.sub(r"\.(zip|npz|npy|csv|tsv|parquet|gz)$", "", path.resolve().name)
    chosen = method or _method(path)
    if chosen == "idx":
        files = idx_files(path)
        place = path if path.is_dir() else path.parent
        return Picked(chosen, files, place.resolve().name if len(files) > 1 else title)
    return Picked(chosen, {"upload": path}, title)


def idx_files(path: Path) -> dict[str, Path]:
    """Return the IDX files that belong together, by their usual names.

    Args:
        path: The folder that holds them, or one of them; one with another name is alone.

    Returns:
        The file of each parameter of `dataset/idx`.

    Raises:
        ValueError: There are labels and no images.
    """
    given = _IDX_NAME.fullmatch(path.name) if path.is_file() else None
    if path.is_file() and given is None:
        return {"images": path}
    files: dict[str, Path] = {}
    folder = path.parent if path.is_file() else path
    for each in sorted(folder.iterdir()):
        found = _IDX_NAME.fullmatch(each.name)
        if found is None or (given is not None and found["set"] != given["set"]):
            continue
        split = "" if found["split"] == "train" else "test_"
        files.setdefault(split + found["what"], each)
    if "images" not in files:  # only the test files are there: then they are all
        files = {name.removeprefix("test_"): each for name, each in files.items()}
    if "images" not in files:
        raise ValueError(f"There are labels in {folder}, and no images beside them.")
    if "test_images" not in files:
        files.pop("test_labels", None)
    return files


def _method(path: Path) -> str:
    if path.is_dir():
        names = [each.name for each in path.iterdir()]
        return "idx" if any(_IDX_NAME.fullmatch(name) for name in names) else "archive"
    with path.open("rb") as file:
        start = file.read(1024)
    if start.startswith(_NPY):
        return _by_axes([np.load(path, mmap_mode="r", allow_pickle=False).ndim])
    if start.startswith(_ZIP):
        return _of_zip(path)
    if start.startswith(_PARQUET):
        return "parquet"
    if start.startswith((_GZIP, _IDX)):
        return "idx"
    if b"\0" not in start and re.search(rb"[,;\t\n]", start):
        return "vectors"
    raise ValueError(
        f"{path.name} is none of the files that are read: a folder or zip of images, IDX files, "
        ".npy, .npz, .parquet, .csv."
    )


def _of_zip(path: Path) -> str:
    """Tell arrays from images: in a `.npz`, all members are `.npy`."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            if not names or not all(name.endswith(".npy") for name in names):
                return "archive"
            axes = [_axes(archive, name) for name in names]
            return _by_axes(axes)
    except (zipfile.BadZipFile, ValueError):
        return "archive"  # whose reader says what is wrong


def _axes(archive: zipfile.ZipFile, name: str) -> int:
    """Read the number of axes from the header of an array in a zip."""
    with archive.open(name) as file:
        version = np.lib.format.read_magic(file)
        if version == (1, 0):
            return len(np.lib.format.read_array_header_1_0(file)[0])
        return len(np.lib.format.read_array_header_2_0(file)[0])


def _by_axes(axes: list[int]) -> str:
    """Arrays of three or more axes are images, others vectors."""
    return "arrays" if max(axes) > 2 else "vectors"
