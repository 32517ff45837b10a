"""Repscope from Python: ask for recipes, wait, get NumPy arrays and Plotly figures.

    from repscope.client import Client, Recipe

    repscope = Client("http://127.0.0.1:8000")
    digits = Recipe("dataset", "digits")
    features = Recipe("embedding", "embed", dataset=digits, encoder=Recipe("encoder", "pixels"))
    tsne = repscope.get(Recipe("projection", "tsne", embedding=features, perplexity=30))
    tsne.array("points")
    tsne.figure()

It stands on NumPy and the standard library alone; figures load Plotly when the first is drawn.
"""

from repscope.client.answer import Answer
from repscope.client.artifact import Artifact
from repscope.client.catalogue import Catalogue, Method
from repscope.client.client import Client
from repscope.client.events import Event
from repscope.client.job import Job, JobFailed
from repscope.client.recipe import Recipe
from repscope.client.wire import Unauthorized
from repscope.core.errors import (
    Cancelled,
    Conflict,
    InvalidRecipe,
    NotFound,
    RepscopeError,
    StorageFull,
    TooLarge,
    Unavailable,
)

__all__ = [
    "Answer",
    "Artifact",
    "Cancelled",
    "Catalogue",
    "Client",
    "Conflict",
    "Event",
    "InvalidRecipe",
    "Job",
    "JobFailed",
    "Method",
    "NotFound",
    "Recipe",
    "RepscopeError",
    "StorageFull",
    "TooLarge",
    "Unauthorized",
    "Unavailable",
]
