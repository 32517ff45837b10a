"""Comparing what a file holds with what a network needs, tensor by tensor."""

from repscope.core.errors import InvalidRecipe
from repscope.workers.encoders.checkpoints.found import Found, Shapes
from repscope.workers.files.arrays import in_words
from repscope.workers.files.weights import quoted

#: Tensors that a message names.
_NAMED = 6
#: A count of batches that old files lack, and that no feature depends on.
COUNTED = "num_batches_tracked"


def check(found: Found, given: Shapes, wanted: Shapes) -> None:
    """See that every tensor of a network is in a file, and no other.

    Args:
        found: What the file was taken for.
        given: Shapes in the file, below the prefixes.
        wanted: Shapes in the network, its decoder included.

    Raises:
        InvalidRecipe: Names those that are missing, of another shape, or too many.
    """
    keys = found.keys | found.decoder
    there = {name: found.shapes.get(name, given[key]) for name, key in keys.items()}
    wrong = []
    for name, shape in wanted.items():
        if name not in there:
            if not name.endswith(COUNTED):
                wrong.append(f"{quoted(name)} is missing")
        elif there[name] != shape:
            wrong.append(
                f"{quoted(keys[name])} is {in_words(there[name])} instead of {in_words(shape)}"
            )
    wrong += [f"{quoted(key)} has no place" for name, key in keys.items() if name not in wanted]
    if wrong:
        more = f"; and {len(wrong) - _NAMED:,} more" if len(wrong) > _NAMED else ""
        raise InvalidRecipe(
            f"These weights do not fit ({found.family}): {'; '.join(wrong[:_NAMED])}{more}.",
            field="params.upload",
        )
