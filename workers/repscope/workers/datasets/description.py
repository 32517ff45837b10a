"""What a data set says of itself: the `meta` that every data set has, so that views can read it."""

from typing import Any, Literal

from numpy.typing import NDArray


def column(
    name: str,
    title: str,
    type: Literal["category", "number"],
    array: str,
    categories: list[str] | None = None,
) -> dict[str, Any]:
    """Describe one column: something known of each image.

    Args:
        name: Name in recipes and URLs.
        title: Name for people, with its unit.
        type: `category` for indices into `categories` (-1 is missing), else `number`.
        array: Name of the array that holds it, one entry an image.
        categories: Names of the categories.
    """
    return {"name": name, "title": title, "type": type, "array": array, "categories": categories}


def describe(
    images: NDArray[Any],
    *,
    title: str,
    source: str,
    license: str,
    classes: list[str] | None = None,
    columns: list[dict[str, Any]] | None = None,
) -> dict[str, Any]:
    """Return the `meta` of a data set.

    Args:
        images: The array of images, (count, height, width, channels).
        title: Name for people.
        source: Where the images come from.
        license: Under which terms they may be used.
        classes: Names of the labels; the labels are then the column `label`.
        columns: Further columns.
    """
    count, height, width, channels = images.shape
    label = [column("label", "Class", "category", "labels", classes)] if classes else []
    return {
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
