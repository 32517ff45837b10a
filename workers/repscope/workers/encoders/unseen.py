"""The images of a dataset that an encoder has not learned from."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from repscope.core.recipes import normalized_id
from repscope.workers.context import Context, Readable


def held_out(context: Context, encoder: Readable, number: int = 0) -> NDArray[np.int64] | None:
    """Return the rows that an encoder was not trained on, where it was on this dataset.

    One that is fitted anew has not seen any row yet.

    Args:
        context: Of the method.
        encoder: Its artifact.
        number: Its place among the method's encoders.
    """
    if "held_out" not in encoder.array_names or "fit" in encoder.meta:
        return None
    if not is_of_these_images(context, encoder, number):
        return None
    return np.asarray(encoder.array("held_out"), np.int64)


def is_of_these_images(context: Context, encoder: Readable, number: int) -> bool:
    """Tell whether an encoder learned from the dataset of a method; a plain call does not know.

    Args:
        context: Of the method.
        encoder: Its artifact.
        number: Its place among the method's encoders.
    """
    recipe = recipe_of(context, number)
    if context.recipe is None or recipe is None:
        return True
    given = recipe["inputs"].get("dataset")
    # One that was trained elsewhere tells it itself.
    learned_from = normalized_id(given) if given else encoder.meta.get("trained_on")
    return bool(learned_from == normalized_id(context.recipe["inputs"]["dataset"]))


def recipe_of(context: Context, number: int) -> dict[str, Any] | None:
    """Return the recipe of an encoder of a method, by its place; nothing in a plain call."""
    if context.recipe is None:
        return None
    inputs = context.recipe["inputs"]
    recipe: dict[str, Any] = (
        inputs["encoders"][number] if "encoders" in inputs else inputs["encoder"]
    )
    return recipe
