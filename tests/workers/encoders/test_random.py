import numpy as np
import pytest
from safetensors.numpy import load_file

from repscope.core.errors import InvalidRecipe
from repscope.workers.context import Result
from tests.workers.making import make


def weights(result: Result) -> dict[str, np.ndarray]:
    return load_file(result.file("weights.safetensors"))


@pytest.mark.parametrize("architecture", ["vit", "cnn"])
def test_the_seed_draws_the_weights(architecture: str) -> None:
    params = {"architecture": architecture}
    first, same, other = (weights(make("encoder", "random", params, seed)) for seed in (4, 4, 5))
    assert first.keys() == same.keys() == other.keys()
    assert all((first[key] == same[key]).all() for key in first)
    drawn = [key for key in first if first[key].std() > 0.0]
    assert len(drawn) > 5
    assert all((first[key] != other[key]).any() for key in drawn)


def test_it_says_what_it_is() -> None:
    result = make("encoder", "random", {"image_size": 48, "patch_size": 8})
    assert result.meta["architecture"] == "vit"
    assert result.meta["config"]["patch_size"] == 8
    assert [layer["name"] for layer in result.meta["layers"]] == [
        "blocks.0",
        "blocks.1",
        "blocks.2",
        "blocks.3",
        "norm",
    ]
    assert result.metrics["parameters"] == sum(array.size for array in weights(result).values())


def test_a_patch_that_does_not_divide_the_image_is_refused() -> None:
    with pytest.raises(InvalidRecipe, match="must divide the image's side of 32") as caught:
        make("encoder", "random", {"patch_size": 5})
    assert caught.value.field == "params.patch_size"
