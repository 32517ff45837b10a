"""What jobs are called."""

from typing import Any

import pytest

from repscope.core.jobs.naming import title_of
from tests.core.conftest import method, schema

SHELF = method(
    "encoder",
    "shelf",
    title="Trained already",
    params=schema(name={"enum": ["mae", "vae"], "enumTitles": ["Masked", "Variational"]}),
)
LIBRARY = method(
    "encoder",
    "library",
    title="library model",
    params=schema(name={"type": "string"}, pretrained={"type": "boolean"}),
)
ARCHIVE = method("dataset", "archive", title="Your images", params=schema(title={}, name={}))


@pytest.mark.parametrize(
    ("of", "params", "title"),
    [
        (SHELF, {"name": "vae"}, "Variational"),
        (LIBRARY, {"name": "vit_small.dino", "pretrained": True}, "vit_small.dino"),
        (LIBRARY, {"name": "resnet18", "pretrained": False}, "resnet18, untrained"),
        (LIBRARY, {"name": None, "pretrained": True}, "library model"),
        (ARCHIVE, {"title": "Flowers", "name": "x.zip"}, "Flowers"),
        (ARCHIVE, {"title": None, "name": "x.zip"}, "Your images"),
    ],
)
def test_a_job_is_called_by_what_its_recipe_names(
    of: Any, params: dict[str, Any], title: str
) -> None:
    assert title_of(of, {"params": params}) == title
