"""Every alteration of a batch against torchvision's function, image by image."""

import pytest
import torch
from torchvision.transforms import functional as reference

from repscope.workers.training import color
from repscope.workers.training.augment import Augmentation, crop_resize, random_boxes

TOLERANCE = 2e-5


def images(count: int = 6, channels: int = 3, height: int = 20, width: int = 24) -> torch.Tensor:
    generator = torch.Generator().manual_seed(0)
    return torch.rand(count, channels, height, width, generator=generator)


@pytest.mark.parametrize("size", [(20, 24), (9, 7), (33, 40)])
def test_cropping_and_scaling(size: tuple[int, int]) -> None:
    batch = images()
    boxes = torch.tensor(
        [
            [0, 0, 24, 20],
            [3, 2, 10, 8],
            [23, 19, 1, 1],
            [5, 0, 7, 20],
            [0, 9, 24, 3],
            [11, 4, 13, 9],
        ]
    ).float()
    flipped = torch.tensor([False, True] * 3)
    ours = crop_resize(batch, boxes, flipped, size)
    for given, image, box, flip in zip(ours, batch, boxes.int().tolist(), flipped, strict=True):
        left, top, wide, tall = box
        expected = reference.resized_crop(image, top, left, tall, wide, list(size), antialias=False)
        expected = reference.hflip(expected) if flip else expected
        torch.testing.assert_close(given, expected, atol=TOLERANCE, rtol=0)


AMOUNTS = torch.tensor([0.0, 0.3, 0.9, 1.0, 1.4, 1.9])


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("name", ["brightness", "contrast", "saturation"])
def test_changes_of_color(name: str, channels: int) -> None:
    batch = images(channels=channels)
    ours = getattr(color, name)(batch, AMOUNTS)
    for given, image, amount in zip(ours, batch, AMOUNTS.tolist(), strict=True):
        expected = getattr(reference, f"adjust_{name}")(image, amount)
        torch.testing.assert_close(given, expected, atol=TOLERANCE, rtol=0)


def test_turning_the_hue() -> None:
    batch = images()
    batch[0] = batch[0].mean(dim=0)  # gray has no hue
    turns = torch.tensor([0.3, -0.5, -0.1, 0.0, 0.2, 0.5])
    for given, image, turn in zip(color.hue(batch, turns), batch, turns.tolist(), strict=True):
        expected = reference.adjust_hue(image, turn)
        torch.testing.assert_close(given, expected, atol=TOLERANCE, rtol=0)


def test_gray_and_solarized() -> None:
    batch = images()
    expected = torch.stack([reference.rgb_to_grayscale(each, 3) for each in batch])
    torch.testing.assert_close(color.grayscale(batch), expected, atol=TOLERANCE, rtol=0)
    assert torch.equal(color.solarize(batch), reference.solarize(batch, 0.5))


@pytest.mark.parametrize("radius", [1, 3])
def test_blurring(radius: int) -> None:
    batch, sigma = images(), torch.tensor([0.1, 0.5, 0.8, 1.0, 1.7, 2.5])
    for given, image, width in zip(color.blur(batch, sigma, radius), batch, sigma, strict=True):
        expected = reference.gaussian_blur(image, [2 * radius + 1] * 2, [width.item()] * 2)
        torch.testing.assert_close(given, expected, atol=TOLERANCE, rtol=0)


@pytest.mark.parametrize(("side", "kernel"), [(224, 23), (96, 9), (32, 3), (28, 3)])
def test_blur_is_of_the_papers_width_at_every_size(side: int, kernel: int) -> None:
    image = torch.rand(1, 1, side, side)
    altered = Augmentation(blur=1.0, sigma=(1.5, 1.5))(image)
    expected = reference.gaussian_blur(image, [kernel] * 2, [1.5] * 2)
    torch.testing.assert_close(altered, expected, atol=TOLERANCE, rtol=0)


EVERYTHING = Augmentation(
    crop=(0.2, 1.0), flip=0.5, jitter=0.8, gray=0.2, blur=0.5, solarize=0.2, size=16
)


@pytest.mark.parametrize(
    "augmentation",
    [
        Augmentation(crop=(0.2, 0.5)),
        Augmentation(jitter=1.0),
        Augmentation(blur=1.0),
        EVERYTHING,
    ],
)
def test_each_image_has_a_draw_of_its_own(augmentation: Augmentation) -> None:
    torch.manual_seed(0)
    same = images(1).expand(16, -1, -1, -1)
    altered = augmentation(same).flatten(1)
    distances = torch.pdist(altered)
    assert (distances > 1e-6).float().mean() > 0.95


@pytest.mark.parametrize("part", ["flip", "gray", "solarize"])
def test_chances_are_kept(part: str) -> None:
    torch.manual_seed(0)
    same = images(1).expand(400, -1, -1, -1)
    altered = Augmentation(**{part: 0.3})(same)
    changed = ((altered - same).abs() > TOLERANCE).flatten(1).any(dim=1).float().mean().item()
    assert changed == pytest.approx(0.3, abs=0.07)


def test_boxes_are_of_the_area_and_form_asked_for() -> None:
    torch.manual_seed(0)
    batch = torch.empty(1, 1, 100, 100).expand(2000, -1, -1, -1)
    left, top, wide, tall = random_boxes(batch, (0.2, 0.5), (3 / 4, 4 / 3)).T
    area, form = wide * tall / 1e4, wide / tall
    assert area.min() > 0.19
    assert area.max() < 0.52
    assert area.mean().item() == pytest.approx(0.35, abs=0.01)
    assert form.min() > 0.72
    assert form.max() < 1.39
    assert (left + wide).max() <= 100
    assert (top + tall).max() <= 100


def test_nothing_is_altered_unless_asked_for() -> None:
    batch = images()
    assert torch.equal(Augmentation()(batch), batch)
    assert EVERYTHING(images(channels=1)).shape == (6, 1, 16, 16)
