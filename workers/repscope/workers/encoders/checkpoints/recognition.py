"""Which family a file is of, whatever its training wrapped around it."""

from repscope.core.errors import InvalidRecipe
from repscope.workers.encoders.checkpoints import (
    cnn,
    dinov2,
    library,
    mae,
    moco_v3,
    resnet,
    torchvision_vit,
    vit,
)
from repscope.workers.encoders.checkpoints.found import Family, Found, Hints, Shapes

#: The more particular first.
_FAMILIES: list[Family] = [mae, dinov2, moco_v3, torchvision_vit, vit, resnet, cnn]
#: What stands before all names of a network, the one to be taken first: of a teacher and its
#: student the teacher, of a pair of encoders the one that is trained.
_PREFIXES = [
    "teacher/", "state_dict/", "model_state_dict/", "model/", "module/", "network/",
    "_orig_mod.", "module.", "teacher.", "teacher_backbone.", "encoder_q.", "base_encoder.",
    "online_network.", "backbone.", "encoder.", "model.", "net.", "vit.", "trunk.",
]  # fmt: skip
_DEEPEST = 8
_SHOWN = 4


def recognized(shapes: Shapes, hints: Hints) -> tuple[str, Found]:
    """Return the prefixes of a network's names in a file, and what it is.

    Raises:
        InvalidRecipe: It is of no family; the message names some of its tensors.
    """
    families: list[Family] = [library] if hints.name else _FAMILIES
    path, below = "", dict(shapes)
    for _ in range(_DEEPEST):
        for family in families:
            found = family.find(below, path, hints)
            if found is not None:
                return path, found
        prefix = next((p for p in _PREFIXES if any(key.startswith(p) for key in below)), None)
        if prefix is None:
            break
        path += prefix
        below = under(below, prefix)
    some = ", ".join(repr(key[:60]) for key in list(below)[:_SHOWN])
    if hints.name:
        raise InvalidRecipe(
            f"These weights are not of {hints.name}: fewer than half of its tensors are among "
            f"them, which are named {some} and so on.",
            field="params.name",
        )
    raise InvalidRecipe(
        f"No family of networks that is known has tensors named {some} and so on; give the 'name' "
        "of its model in timm or torchvision.",
        field="params.upload",
    )


def under(shapes: Shapes, prefix: str) -> dict[str, tuple[int, ...]]:
    """Return the shapes below a prefix."""
    return {
        key.removeprefix(prefix): shape for key, shape in shapes.items() if key.startswith(prefix)
    }
