"""The contract between server, workers and browser: recipes, artifacts, jobs, catalogue."""

from repscope.core.artifacts import Artifact, ArtifactStore, Manifest, Staging
from repscope.core.catalogue import Catalogue, Input, Method
from repscope.core.errors import (
    Cancelled,
    Conflict,
    InvalidRecipe,
    MethodFailed,
    NotFound,
    RepscopeError,
    StorageFull,
    TooLarge,
    Unavailable,
)
from repscope.core.recipes import Recipe
from repscope.core.resolve import Node, Resolved, resolve
from repscope.core.settings import Settings, get_settings

__all__ = [
    "Artifact",
    "ArtifactStore",
    "Cancelled",
    "Catalogue",
    "Conflict",
    "Input",
    "InvalidRecipe",
    "Manifest",
    "Method",
    "MethodFailed",
    "Node",
    "NotFound",
    "Recipe",
    "RepscopeError",
    "Resolved",
    "Settings",
    "Staging",
    "StorageFull",
    "TooLarge",
    "Unavailable",
    "get_settings",
    "resolve",
]
