"""The contract between server, workers and browser: recipes, artifacts, jobs, catalogue.

Each name is loaded when it is first used, so that who needs one part, as the client does, loads
that part alone.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from repscope.core.artifacts import Artifact, ArtifactStore
    from repscope.core.catalogue import Catalogue, Input, Method
    from repscope.core.errors import InvalidRecipe, MethodFailed, NotFound, RepscopeError
    from repscope.core.manifest import Manifest
    from repscope.core.recipes import Recipe
    from repscope.core.settings import Settings, get_settings

__all__ = [
    "Artifact",
    "ArtifactStore",
    "Catalogue",
    "Input",
    "InvalidRecipe",
    "Manifest",
    "Method",
    "MethodFailed",
    "NotFound",
    "Recipe",
    "RepscopeError",
    "Settings",
    "get_settings",
]

_HOMES = {
    "artifacts": ("Artifact", "ArtifactStore"),
    "catalogue": ("Catalogue", "Input", "Method"),
    "errors": ("InvalidRecipe", "MethodFailed", "NotFound", "RepscopeError"),
    "manifest": ("Manifest",),
    "recipes": ("Recipe",),
    "settings": ("Settings", "get_settings"),
}


def __getattr__(name: str) -> Any:
    for home, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f"{__name__}.{home}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
