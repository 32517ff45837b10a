"""Images that somebody brought, as a zip of folders."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from repscope.core.errors import MethodFailed
from repscope.core.space import reserve
from repscope.core.uploads import DIGEST_PATTERN, UPLOAD_FORMAT
from repscope.workers.context import Context, Result
from repscope.workers.datasets.decoder import Decoder
from repscope.workers.datasets.description import column, describe
from repscope.workers.datasets.folders import Places, license_file, natural, places
from repscope.workers.datasets.pictures import Header, Hostile, Unreadable
from repscope.workers.datasets.zips import Archive, Damaged, Member, Refused
from repscope.workers.registry import MethodParams, register

#: Images of one size are kept as they are up to this side; others are fitted to `USUAL_SIZE`.
LARGEST_KEPT = 512
USUAL_SIZE = 64
#: Pixels of all images together take this much of the disk at most, in bytes.
BYTES_LIMIT = 64 * 2**30
#: Up to so many images the name of the file is a column.
MOST_NAMED = 10_000
#: Files that somebody will miss among the images; others that are none are not spoken of.
_MISSED = re.compile(
    r"\.(jpe?g|jpe|jfif|a?png|gif|bmp|tiff?|webp|svgz?|heic|heif|avif|jxl|jp2|ico|psd|npy|npz)$",
    re.IGNORECASE,
)
_LICENSE_LENGTH = 20_000
_LISTED = 100
#: Share of the time that reading the headers takes.
_SURVEY = 0.15


class Params(MethodParams):
    """Which upload, and how large its images are to be."""

    upload: str = Field(
        pattern=DIGEST_PATTERN,
        max_length=64,
        description="SHA-256 of the zip, as the server told it when the file was sent",
        json_schema_extra={"format": UPLOAD_FORMAT},
    )
    image_size: int | None = Field(
        None,
        ge=8,
        le=1024,
        description="side in pixels: the shorter side is scaled to it and the square at the center "
        "cut out; empty keeps images that all have one size (up to 512), and takes 64 for others",
    )
    title: str | None = Field(
        None, max_length=200, description="name for people; empty for that of the folder"
    )


@dataclass
class Found:
    """An image of the archive whose header could be read."""

    member: Member
    header: Header


class Left:
    """What is left out, and why."""

    def __init__(self, context: Context) -> None:
        """Say it in the job's log."""
        self._context = context
        self.count = 0
        self.listed: list[dict[str, str]] = []

    def add(self, name: str, why: str) -> None:
        """Leave a file out."""
        self.count += 1
        if self.count <= _LISTED:
            self.listed.append({"name": name, "why": why})
            self._context.log(f"{name} is left out: {why}.")
        elif self.count == _LISTED + 1:
            self._context.log("More files are left out; their number is told at the end.")


@register(
    "dataset",
    "archive",
    version=1,
    title="Your images",
    params=Params,
    output="images",
    cost={"constant": 1.0},
)
def archive(context: Context, params: Params) -> Result:
    """Images from a zip that was uploaded; the folder of an image is its class.

    Folders named train, validation and test (or training, val, dev, ...) are splits, and the
    folders in them classes; deeper folders say nothing. Rows are sorted by path. JPEG, PNG, GIF,
    BMP, TIFF and WebP of any size and mode are read: upright by their EXIF orientation,
    transparency on white, the first frame of an animation, CMYK as RGB, 16 bits as 8, color
    profiles not applied. All are gray if all were, else RGB. Images that are broken are left out
    and listed; an archive that is made to do harm is refused.
    """
    left = Left(context)
    with Archive.open(context.upload(params.upload)) as opened, Decoder() as decoder:
        found = _survey(context, opened, decoder, left)
        if not found:
            raise MethodFailed(_nothing(left))
        shape = _shape([each.header for each in found], params.image_size)
        _require_room(len(found), shape)
        kept, scratch = _decode(context, opened, decoder, found, shape, left, params.image_size)
        license_text = _license(opened)
    if not kept:
        raise MethodFailed(_nothing(left))
    images = context.array("images", (len(kept), *shape), "uint8")
    images[:] = scratch[: len(kept)]
    context.progress(1.0, f"{len(kept):,} images, {left.count:,} files left out")
    names = [each.member.name for each in kept]
    where = places(names)
    arrays, columns = _columns(names, where)
    meta = describe(
        images,
        title=params.title or where.top or "Your images",
        source=f"a zip with the SHA-256 {params.upload}",
        license=_first_line(license_text) or "not given",
        classes=where.classes or None,
        columns=columns,
    )
    meta |= {"license_text": license_text, "left_out": {"count": left.count, "files": left.listed}}
    if where.classes:
        arrays["labels"] = np.array(where.labels, np.int32)
    return Result({"images": images, **arrays}, meta, {"left_out": float(left.count)})


def _survey(context: Context, opened: Archive, decoder: Decoder, left: Left) -> list[Found]:
    """Read the header of every file: what is hostile is refused before anything is decoded."""
    by_name = {member.name: member for member in opened.members}
    found = []
    for number, name in enumerate(natural(by_name)):
        context.progress(
            _SURVEY * number / len(by_name), f"looked at {number:,} of {len(by_name):,} files"
        )
        data = _read(opened, by_name[name], left)
        if data is None:
            continue
        try:
            found.append(Found(by_name[name], decoder.header(data)))
        except Unreadable as error:
            if _MISSED.search(name):
                left.add(name, str(error))
        except Hostile as error:
            raise _refused(name, error) from error
    return found


def _decode(
    context: Context,
    opened: Archive,
    decoder: Decoder,
    found: list[Found],
    shape: tuple[int, int, int],
    left: Left,
    size: int | None,
) -> tuple[list[Found], NDArray[np.uint8]]:
    """Decode the images into a scratch file, since some may turn out to be broken."""
    height, width, channels = shape
    scratch = _scratch(context.work / "images.npy", (len(found), *shape))
    fitted = None if _all_alike(found, shape) and size is None else height
    kept: list[Found] = []
    for number, each in enumerate(found):
        share = _SURVEY + (0.98 - _SURVEY) * number / len(found)
        context.progress(share, f"{number:,} of {len(found):,} images")
        data = _read(opened, each.member, left)
        if data is None:
            continue
        try:
            image = decoder.pixels(data, fitted)
        except Unreadable as error:
            left.add(each.member.name, str(error))
            continue
        except Hostile as error:
            raise _refused(each.member.name, error) from error
        if image.shape[:2] != (height, width):
            left.add(each.member.name, "it has another size than it says")
            continue
        scratch[len(kept)] = _with_channels(image, channels)
        kept.append(each)
    return kept, scratch


def _scratch(path: Path, shape: tuple[int, ...]) -> NDArray[np.uint8]:
    """Open an array on disk that nobody has to remove: it has no name any longer."""
    array = np.lib.format.open_memmap(path, "w+", np.dtype(np.uint8), shape)
    reserve(path, path.stat().st_size)
    path.unlink()
    return array


def _read(opened: Archive, member: Member, left: Left) -> bytes | None:
    try:
        return opened.read(member)
    except Damaged as error:
        left.add(member.name, str(error))
        return None


def _shape(headers: list[Header], size: int | None) -> tuple[int, int, int]:
    """Choose height, width and channels of all images."""
    channels = 1 if all(each.gray for each in headers) else 3
    sizes = {(each.height, each.width) for each in headers}
    if size is None and len(sizes) == 1:
        height, width = sizes.pop()
        if max(height, width) <= LARGEST_KEPT:
            return height, width, channels
    side = size or USUAL_SIZE
    return side, side, channels


def _all_alike(found: list[Found], shape: tuple[int, int, int]) -> bool:
    return all((each.header.height, each.header.width) == shape[:2] for each in found)


def _with_channels(image: NDArray[np.uint8], channels: int) -> NDArray[np.uint8]:
    if image.ndim == 2:
        return np.repeat(image[:, :, None], channels, axis=2)
    # A file whose header says gray but whose pixels are not, such as gray with a colored mask.
    return image if channels == 3 else image.mean(axis=2, keepdims=True).round().astype(np.uint8)


def _require_room(count: int, shape: tuple[int, int, int]) -> None:
    if count * int(np.prod(shape)) > BYTES_LIMIT:
        raise MethodFailed(
            f"{count:,} images of {shape[0]} by {shape[1]} pixels do not fit into 64 GiB; give a "
            "smaller image_size."
        )


def _columns(
    names: list[str], where: Places
) -> tuple[dict[str, NDArray[Any]], list[dict[str, Any]]]:
    """Return the arrays that belong to the images, and the columns that describe some of them."""
    encoded = [name.encode() for name in names]
    offsets = np.cumsum([0, *map(len, encoded)])
    arrays: dict[str, NDArray[Any]] = {
        "files": np.frombuffer(b"".join(encoded), np.uint8),
        "file_offsets": offsets.astype(np.int64),
    }
    columns = []
    if where.splits:
        arrays["column_split"] = np.array(where.split, np.int32)
        columns.append(column("split", "Split", "category", "column_split", where.splits))
    if len(names) <= MOST_NAMED:
        arrays["column_file"] = np.arange(len(names), dtype=np.int32)
        columns.append(column("file", "File", "category", "column_file", names))
    return arrays, columns


def _first_line(text: str | None) -> str:
    lines = (text or "").strip().splitlines()
    return lines[0].strip()[:200] if lines else ""


def _license(opened: Archive) -> str | None:
    by_name = {member.name: member for member in opened.members}
    name = license_file(by_name)
    if name is None:
        return None
    try:
        return opened.read(by_name[name])[:_LICENSE_LENGTH].decode(errors="replace")
    except Damaged:
        return None


def _refused(name: str, error: Exception) -> Refused:
    return Refused(f"The archive is refused because of {name!r}: {error}.")


def _nothing(left: Left) -> str:
    if not left.listed:
        return "The archive holds no images; JPEG, PNG, GIF, BMP, TIFF and WebP are read."
    first = left.listed[0]
    others = f", and {left.count - 1:,} more files cannot be read" if left.count > 1 else ""
    return (
        f"The archive holds no image that can be read: {first['name']!r}: {first['why']}{others}."
    )
