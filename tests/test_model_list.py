"""The list of models that the page searches, against the packages that are installed."""

import json

import pytest

from tools import models
from tools.model_tags import describe

ROWS = {(row[1], row[0]): row for row in models.read()}


def test_the_list_has_every_model_and_no_other() -> None:
    assert set(models.names()) == ROWS.keys(), "write it anew with `python -m tools.models`"
    assert json.loads(models.FILE.read_text("utf-8"))["columns"] == models.COLUMNS


@pytest.mark.parametrize(
    ("library", "name"),
    [("timm", "test_vit.r160_in1k"), ("timm", "resnet18.a1_in1k"), ("torchvision", "alexnet")],
)
def test_a_row_is_what_the_packages_say(library: str, name: str) -> None:
    if library == "torchvision":
        name = f"{name}.IMAGENET1K_V1"
    assert models.row(library, name, models.count(library, name)) == ROWS[library, name]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("vit_base_patch16_224.mae", ("ImageNet-1k", "MAE", False)),
        ("vit_small_patch16_224.dino", ("ImageNet-1k", "DINO", False)),
        ("vit_small_patch14_dinov2.lvd142m", ("LVD-142M", "DINOv2", False)),
        ("vit_small_patch16_dinov3.lvd1689m", ("LVD-1689M", "DINOv3", False)),
        ("convnext_base.eupe_lvd1689m", ("LVD-1689M", "EUPE", False)),
        ("vit_huge_patch14_gap_224.in1k_ijepa", ("ImageNet-1k", "I-JEPA", False)),
        ("vit_base_patch16_siglip_224.v2_webli", ("WebLI", "SigLIP", False)),
        ("hiera_tiny_224.mae_in1k_ft_in1k", ("ImageNet-1k", "MAE", True)),
        ("vit_base_patch16_224.augreg_in21k_ft_in1k", ("ImageNet-21k", "labels", False)),
        ("vit_giant_patch16_lingbot.robbyant", ("", "", False)),
    ],
)
def test_names_are_read_for_what_they_say(name: str, told: tuple[str, str, bool]) -> None:
    assert ("timm", name) in ROWS
    assert describe("timm", name) == told
