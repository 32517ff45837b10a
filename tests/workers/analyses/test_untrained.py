import numpy as np
import pytest

from repscope.core.errors import InvalidRecipe
from repscope.workers.encoders.base import untrained
from tests.workers.making import make

SHAPES = {"count": 12}


def test_it_is_what_the_network_gives_before_training() -> None:
    dataset, encoder = (
        make("dataset", "shapes", SHAPES),
        make("encoder", "zoo", {"name": "mae_shapes"}),
    )
    result = make(
        "embedding", "untrained", {"layer": "blocks.1"}, 3, dataset=dataset, encoder=encoder
    )
    twin = untrained(encoder, 3, "cpu")
    expected = twin.encode(dataset.array("images"), ["blocks.1"])["blocks.1"]
    np.testing.assert_allclose(result.array("features"), expected, atol=1e-5)
    trained = make("embedding", "embed", {"layer": "blocks.1"}, dataset=dataset, encoder=encoder)
    assert not np.allclose(result.array("features"), trained.array("features"), atol=0.1)


def test_what_is_no_network_is_refused() -> None:
    dataset, pixels = make("dataset", "shapes", SHAPES), make("encoder", "pixels")
    with pytest.raises(InvalidRecipe, match="no weights to draw"):
        make("embedding", "untrained", dataset=dataset, encoder=pixels)
