"""What a dataset says of itself: the `meta` that every dataset has, so that views can read it."""

from typing import Any, Literal, Protocol


class Shaped(Protocol):
    """What has the shape of images: the array of them, or a collection of mixed sizes."""

    @property
    def shape(self) -> tuple[int, ...]:
        """(count, height, width, channels); the largest height and width of mixed sizes."""


def column(
    name: str,
    title: str,
    type: Literal["category", "number", "text"],
    array: str,
    categories: list[str] | None = None,
) -> dict[str, Any]:
    """Describe one column: something known of each image.

    Args:
        name: Name in recipes and URLs.
        title: Name for people, with its unit.
        type: `category` for indices into `categories` (-1 is missing), `number` (NaN is missing),
            or `text` for free text (empty is missing), which is searched and not colored by.
        array: Name of the array that holds it, one entry an image; of `text` the first of the two
            that `repscope.core.texts.text_arrays` makes.
        categories: Names of the categories.
    """
    return {"name": name, "title": title, "type": type, "array": array, "categories": categories}


def describe(
    images: Shaped,
    *,
    title: str,
    source: str,
    license: str,
    classes: list[str] | None = None,
    columns: list[dict[str, Any]] | None = None,
    splits: list[str] | None = None,
    license_text: str | None = None,
    left_out: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Return the `meta` of a dataset.

    Args:
        images: The array of images (count, height, width, channels), or what stands for it where
            sizes are mixed.
        title: Name for people.
        source: Where the images come from.
        license: Under which terms they may be used, in a line.
        classes: Names of the labels; the labels are then the column `label`.
        columns: Further columns.
        splits: Names of the parts that the dataset comes in (train, validation, test); there is
            then a column `split`.
        license_text: The license as it came with the images.
        left_out: What was brought and is not here: `count`, and `files` with `name` and `why`.
    """
    count, height, width, channels = images.shape
    label = [column("label", "Class", "category", "labels", classes)] if classes else []
    meta = {
        "title": title,
        "count": count,
        "height": height,
        "width": width,
        "channels": channels,
        "classes": classes,
        "columns": label + (columns or []),
        "source": source,
        "license": license,
    }
    further = {"splits": splits, "license_text": license_text, "left_out": left_out}
    return meta | {name: value for name, value in further.items() if value}
