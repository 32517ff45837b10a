"""Images that somebody brought, as a zip of folders."""

import contextlib
import re
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from repscope.core.errors import MethodFailed
from repscope.workers.context import Context, Result
from repscope.workers.datasets.annotations import Annotations, annotate
from repscope.workers.datasets.description import describe
from repscope.workers.datasets.folders import natural
from repscope.workers.datasets.importing import Importer, Left, Why
from repscope.workers.datasets.licenses import license_files, license_line
from repscope.workers.datasets.mixed import MixedSizes
from repscope.workers.datasets.pictures import Header, with_channels
from repscope.workers.datasets.tables import MOST_BYTES, Tables, Unusable, table_files
from repscope.workers.files.arrays import scratch
from repscope.workers.files.params import Upload
from repscope.workers.files.zips import Archive, Damaged, Member
from repscope.workers.registry import MethodParams, register

#: Longer sides are scaled down to this, unless a size is asked for.
LARGEST_KEPT = 512
#: Pixels of all images together take this much of the disk at most, in bytes.
BYTES_LIMIT = 64 * 2**30
#: Files that somebody will miss among the images; others that are none are not spoken of.
_MISSED = re.compile(
    r"\.(jpe?g|jpe|jfif|a?png|gif|bmp|tiff?|webp|svgz?|heic|heif|avif|jxl|jp2|ico|psd|npy|npz)$",
    re.IGNORECASE,
)
#: Bytes of license that are kept: it may name thousands of photographers.
_LICENSE_LENGTH = 500_000
#: Share of the time that reading the headers takes.
_SURVEY = 0.15


class Params(MethodParams):
    """Which upload, and how large its images are to be."""

    upload: Upload = Field(description="SHA-256 of the zip, as the server told it")
    image_size: int | None = Field(
        None,
        ge=8,
        le=1024,
        description="side in pixels: the shorter side is scaled to it and the square at the center "
        f"cut out; empty keeps every image whole, its longer side scaled down to {LARGEST_KEPT}",
    )
    title: str | None = Field(
        None, max_length=200, description="name for people; empty for that of the folder"
    )


@dataclass(frozen=True)
class Found:
    """An image of the archive whose header could be read."""

    member: Member
    header: Header


@dataclass(frozen=True)
class Imported:
    """The images that could be read, in the order of their rows."""

    names: list[str]
    shape: tuple[int, ...]
    arrays: dict[str, NDArray[Any]]


@register(
    "dataset",
    "archive",
    version=3,
    title="Your images",
    params=Params,
    output="images",
    cost={"constant": 1.0},
)
def archive(context: Context, params: Params) -> Result:
    """Images from a zip that was uploaded; the folder of an image is its class.

    Folders named train, validation and test (or training, val, dev, ...) are splits, and the
    folders in them classes; deeper folders say nothing. A table `labels.csv` or `metadata.csv`
    (or `.tsv`) with a line for each image brings classes, splits, numbers, categories and texts.
    Rows are sorted by path. JPEG, PNG, GIF, BMP, TIFF and WebP of any size and mode are read:
    upright by their EXIF orientation, transparency on white, the first frame of an animation, CMYK
    as RGB, 16 bits as 8, color profiles not applied. Images keep their proportions, and their
    size up to 512 pixels. All are gray if all were, else RGB. Images that are broken are left out
    and listed; an archive that is made to do harm is refused.
    """
    left = Left(context)
    with Archive.open(context.upload(params.upload)) as opened, Importer(opened) as importer:
        found = _survey(context, opened, importer, left)
        if not found:
            raise MethodFailed(_nothing(left))
        if params.image_size is None and not _alike_and_small(found):
            imported = _keep(context, importer, found, left)
        else:
            imported = _fit(context, importer, found, left, params.image_size)
        license_text = _license(opened)
        known = annotate(imported.names, _tables(opened, imported.names, left))
    context.progress(1.0, f"{len(imported.names):,} images, {left.count:,} files left out")
    return _result(params, imported, known, license_text, left)


def _survey(context: Context, opened: Archive, importer: Importer, left: Left) -> list[Found]:
    """Read the header of every file: what is hostile is refused before anything is decoded."""
    by_name = {member.name: member for member in opened.members}
    tables = set(table_files(by_name))
    members = [by_name[name] for name in natural(by_name) if name not in tables]
    found = []
    for number, (member, header) in enumerate(importer.headers(members)):
        context.progress(
            _SURVEY * number / len(members), f"looked at {number:,} of {len(members):,} files"
        )
        if isinstance(header, Header):
            found.append(Found(member, header))
        elif not header.foreign or _MISSED.search(member.name):
            left.add(member.name, header.text)
    return found


def _alike_and_small(found: list[Found]) -> bool:
    sizes = {(each.header.height, each.header.width) for each in found}
    return len(sizes) == 1 and max(*sizes.pop()) <= LARGEST_KEPT


def _fit(
    context: Context, importer: Importer, found: list[Found], left: Left, size: int | None
) -> Imported:
    """Make one array of pixels: of images that are alike, or cut to squares."""
    first = found[0].header
    height, width = (size, size) if size else (first.height, first.width)
    channels = 1 if all(each.header.gray for each in found) else 3
    _require_room(len(found), (height, width, channels))
    # In a scratch file first, since some images may turn out to be broken.
    whole = scratch(context.work / "images.npy", (len(found), height, width, channels))
    names: list[str] = []
    members = [each.member for each in found]
    for number, (member, image) in enumerate(importer.pixels(members, size)):
        _tell(context, number, len(found))
        if isinstance(image, Why):
            left.add(member.name, image.text)
        elif image.shape[:2] != (height, width):
            left.add(member.name, "it has another size than it says")
        else:
            whole[len(names)] = with_channels(image, channels)
            names.append(member.name)
    if not names:
        raise MethodFailed(_nothing(left))
    images = context.array("images", (len(names), height, width, channels), "uint8")
    images[:] = whole[: len(names)]
    return Imported(names, images.shape, {"images": images})


def _keep(context: Context, importer: Importer, found: list[Found], left: Left) -> Imported:
    """Keep images of mixed sizes, each in its own proportions."""
    mixed = MixedSizes(context)
    names: list[str] = []
    members = [each.member for each in found]
    for number, (member, image) in enumerate(importer.kept(members, LARGEST_KEPT)):
        _tell(context, number, len(found))
        if isinstance(image, Why):
            left.add(member.name, image.text)
            continue
        mixed.add(image.data, image.height, image.width, gray=image.gray)
        names.append(member.name)
    if not names:
        raise MethodFailed(_nothing(left))
    return Imported(names, mixed.shape, mixed.arrays())


def _tell(context: Context, number: int, count: int) -> None:
    share = _SURVEY + (0.98 - _SURVEY) * number / count
    context.progress(share, f"{number:,} of {count:,} images")


def _require_room(count: int, shape: tuple[int, int, int]) -> None:
    if count * int(np.prod(shape)) > BYTES_LIMIT:
        raise MethodFailed(
            f"{count:,} images of {shape[0]} by {shape[1]} pixels do not fit into 64 GiB; give a "
            "smaller image_size."
        )


def _tables(opened: Archive, images: list[str], left: Left) -> Tables:
    """Read what tables say of the images; one that cannot be used is left out."""
    by_name = {member.name: member for member in opened.members}
    tables = Tables(images)
    for name in table_files(by_name):
        member = by_name[name]
        if member.info.file_size > MOST_BYTES:
            left.add(name, f"a table may have {MOST_BYTES // 2**20} MiB")
            continue
        try:
            tables.add(name, opened.read(member))
        except (Unusable, Damaged) as error:
            left.add(name, str(error))
    return tables


def _license(opened: Archive) -> str:
    """Return all that is said of the terms, one file after the other."""
    by_name = {member.name: member for member in opened.members}
    texts = []
    for name in license_files(by_name):
        with contextlib.suppress(Damaged):
            texts.append(opened.read(by_name[name])[:_LICENSE_LENGTH].decode(errors="replace"))
    return "\n\n".join(text.strip() for text in texts)[:_LICENSE_LENGTH]


def _result(
    params: Params, imported: Imported, known: Annotations, license_text: str, left: Left
) -> Result:
    meta = describe(
        imported,
        title=params.title or known.title or "Your images",
        source=f"a zip with the SHA-256 {params.upload}",
        license=license_line(license_text) or "not given",
        classes=known.classes or None,
        columns=known.columns,
        splits=known.splits or None,
        license_text=license_text,
        left_out={"count": left.count, "files": left.listed},
    )
    return Result(imported.arrays | known.arrays, meta, {"left_out": float(left.count)})


def _nothing(left: Left) -> str:
    if not left.listed:
        return "The archive holds no images; JPEG, PNG, GIF, BMP, TIFF and WebP are read."
    first = left.listed[0]
    others = f", and {left.count - 1:,} more files cannot be read" if left.count > 1 else ""
    return (
        f"The archive holds no image that can be read: {first['name']!r}: {first['why']}{others}."
    )
