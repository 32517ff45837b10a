import pytest
import timm
import torch
from torch import nn

from repscope.workers.encoders.hooked import OUTPUT, Place, out_of_place, places
from repscope.workers.encoders.hooked import read as read_places


def read(network: nn.Module, images: torch.Tensor, wanted: list[Place]) -> dict[str, torch.Tensor]:
    found: dict[str, torch.Tensor] = {}
    read_places(network, images, wanted, lambda place, given: found.update({place.name: given}))
    return found


def model(name: str, **options: object) -> nn.Module:
    network: nn.Module = timm.create_model(name, num_classes=0, **options)
    return out_of_place(network.eval())


def on_meta(name: str, **options: object) -> nn.Module:
    with torch.device("meta"):
        return model(name, **options)


@pytest.mark.parametrize("name", ["test_vit", "test_resnet", "test_convnext", "test_efficientnet"])
def test_layers_are_what_timm_itself_reads_between_its_blocks(name: str) -> None:
    network = model(name)
    found = {place.name: place for place in places(on_meta(name), 3, 160)}
    images = torch.randn(2, 3, 160, 160, generator=torch.Generator().manual_seed(0))
    given = read(network, images, list(found.values()))
    for place in found.values():
        assert tuple(given[place.name].shape[1:]) == place.shape
    with torch.no_grad():
        torch.testing.assert_close(given[OUTPUT], network(images))
        _, between = network.forward_intermediates(images, output_fmt="NCHW")  # type: ignore[operator]
    maps = [
        place.form.as_maps(given[place.name])
        for place in found.values()
        if place.form.kind != "vector"
    ]
    for expected in between:
        assert any(
            each.shape == expected.shape and torch.allclose(each, expected, atol=1e-5)
            for each in maps
        )


def test_layers_stand_in_the_order_in_which_they_run() -> None:
    listed = places(on_meta("vit_tiny_patch16_224"), 3, 224)
    main = [place.name for place in listed if place.main]
    assert main == ["patch_embed", *(f"blocks.{i}" for i in range(12)), "norm", OUTPUT]
    attention = next(place for place in listed if place.name == "blocks.3.attn")
    assert not attention.main
    assert attention.shape == (197, 192)
    assert attention.form.readouts == ("cls", "mean", "flat")


def test_nothing_above_what_is_wanted_runs() -> None:
    network = model("test_vit")
    wanted = [place for place in places(on_meta("test_vit"), 3, 160) if place.name == "blocks.0"]

    def refuse(*_: object) -> None:
        raise AssertionError("a layer above ran")

    network.get_submodule("blocks.2").register_forward_hook(refuse)
    found = read(network, torch.zeros(1, 3, 160, 160), wanted)
    assert list(found) == ["blocks.0"]


class Twice(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(4, 4)
        self.act = nn.ReLU(inplace=True)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        first = self.act(self.layer(images.flatten(1)[:, :4]))
        return self.act(self.layer(first))


def test_of_a_module_that_runs_twice_the_last_activations_are_read() -> None:
    network = out_of_place(Twice().eval())
    with torch.device("meta"):
        listed = places(out_of_place(Twice().eval()), 1, 2)
    assert {place.name: place.calls for place in listed} == {"layer": 2, OUTPUT: 1}
    images = torch.randn(3, 1, 2, 2)
    with torch.no_grad():
        found = read(network, images, listed)
        first = network.layer(images.flatten(1)).relu()
        torch.testing.assert_close(found["layer"], network.layer(first))
        torch.testing.assert_close(found[OUTPUT], network.layer(first).relu())
