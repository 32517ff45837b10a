"""Comparing what a file holds with what a network needs, tensor by tensor, and taking it."""

from collections.abc import Mapping

import torch
from torch import Tensor

from repscope.core.errors import InvalidRecipe
from repscope.workers.encoders.checkpoints import decoder
from repscope.workers.encoders.checkpoints.found import Found, Shapes, Weights
from repscope.workers.files.arrays import Tell, in_words
from repscope.workers.files.weights import WeightsFile, quoted, read

#: What the file is called in a sentence.
FILE = "The file of weights"
#: Tensors that a message names.
_NAMED = 6
#: A count of batches that old files lack, and that no feature depends on.
_COUNTED = "num_batches_tracked"


def check(found: Found, given: Shapes, network: Mapping[str, Tensor]) -> None:
    """See that every tensor of a network and its decoder is in a file, and no other.

    Args:
        found: What the file was taken for.
        given: Shapes in the file, below the prefixes.
        network: The tensors that it needs; nothing is in them.

    Raises:
        InvalidRecipe: Names those that are missing, of another shape, or too many.
    """
    wanted = {name: tuple(each.shape) for name, each in network.items()}
    wanted |= decoder.shapes(found, given)
    keys = found.keys | found.decoder
    there = {name: found.shapes.get(name, given[key]) for name, key in keys.items()}
    wrong = []
    for name, shape in wanted.items():
        if name not in there:
            if not name.endswith(_COUNTED):
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


def taken(
    file: WeightsFile, path: str, found: Found, network: Mapping[str, Tensor], tell: Tell
) -> tuple[Weights, Weights]:
    """Read the weights of a network and of its decoder, which have been checked.

    Args:
        file: Where they are.
        path: The prefixes of their names.
        found: What they are.
        network: The tensors that it needs; nothing is in them.
        tell: Told of progress.

    Raises:
        Broken: They cannot be read, or are not finite.
        InvalidRecipe: Weights are whole numbers.
    """
    keys = found.keys | found.decoder
    weights: Weights = {}
    for done, (name, key) in enumerate(keys.items()):
        tell(done / len(keys))
        value = torch.from_numpy(read(file, f"{path}{key}", FILE))
        counts = name in network and not network[name].is_floating_point()
        if not counts and not value.is_floating_point():
            raise InvalidRecipe(
                f"{FILE} has {quoted(key)} in whole numbers; weights are real numbers.",
                field="params.upload",
            )
        weights[name] = value.long() if counts else value
    beside = {name: weights.pop(name) for name in found.decoder}
    counted = {name: torch.tensor(0) for name in network if name.endswith(_COUNTED)}
    return counted | found.adjust(weights), beside
