"""Models of timm and torchvision whose name somebody gave, where no family knows the file."""

from types import ModuleType

from repscope.workers.encoders import timm, torchvision
from repscope.workers.encoders.checkpoints.found import Found, Hints, Shapes, renamed
from repscope.workers.encoders.named import unknown

#: Share of its tensors that a file must have to be taken for a model.
_LEAST = 0.5


def find(shapes: Shapes, path: str, hints: Hints) -> Found | None:
    """See `Family.find`; of two libraries with a model of this name, the one that fits better."""
    assert hints.name is not None
    best: Found | None = None
    most = _LEAST
    for library in libraries(hints.name):
        preprocess = library.own_preprocess(hints.name)
        own = library.plan(hints.name, preprocess).outline().state_dict()
        share = sum(own[key].shape == shapes.get(key) for key in own) / len(own)
        if share > most:
            network = {
                "kind": library.LIBRARY,
                "name": hints.name,
                "img_size": preprocess.image_size,
            }
            keys = renamed(shapes) | {key: key for key in own.keys() & shapes.keys()}
            best, most = Found(hints.name, network, keys), share
    return best


def libraries(name: str) -> list[ModuleType]:
    """Return those of the two that have a model of a name.

    Raises:
        InvalidRecipe: Neither has.
    """
    known = [library for library in (timm, torchvision) if library.knows(name)]
    if not known:
        from timm import list_models

        raise unknown("timm", name, list_models())
    return known
