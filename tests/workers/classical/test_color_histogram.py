import numpy as np

from repscope.workers.encoders.base import load
from tests.workers.making import make


def test_histograms_are_those_of_numpy() -> None:
    shapes = make("dataset", "shapes", {"count": 12, "image_size": 32})
    model = load(make("encoder", "color_histogram", {"bins": 4}, dataset=shapes))
    images = np.random.default_rng(0).integers(0, 256, (5, 32, 32, 3), dtype=np.uint8)
    found = model.encode(images, ["channels", "joint"])
    edges = [np.array([0, 64, 128, 192, 256])] * 3
    for image, channels, joint in zip(images, found["channels"], found["joint"], strict=True):
        pixels = image.reshape(-1, 3)
        expected, _ = np.histogramdd(pixels, edges)
        np.testing.assert_allclose(joint.reshape(4, 4, 4), expected / len(pixels), atol=1e-7)
        apart = [np.histogram(pixels[:, i], edges[0])[0] / len(pixels) for i in range(3)]
        np.testing.assert_allclose(channels, np.concatenate(apart), atol=1e-7)


def test_gray_images_have_one_histogram() -> None:
    model = load(make("encoder", "color_histogram", dataset=make("dataset", "digits")))
    assert [layer.name for layer in model.layers] == ["channels"]
    white = np.full((1, 8, 8, 1), 255, np.uint8)
    assert model.encode(white, ["channels"])["channels"].tolist() == [[0, 0, 0, 0, 0, 0, 0, 1]]
