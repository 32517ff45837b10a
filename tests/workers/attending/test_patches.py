import numpy as np
import torch
from sklearn.decomposition import PCA

from repscope.workers.attending.patches import as_colors, similarity

SIDE = 6


def features(count: int = 3, width: int = 8) -> torch.Tensor:
    """Images with a square in the middle that has other features than the ground."""
    draw = torch.Generator().manual_seed(0)
    inside = torch.zeros(SIDE, SIDE, dtype=torch.bool)
    inside[2:4, 2:5] = True
    ground = torch.randn(count, SIDE**2, width, generator=draw) * 0.1
    ground[:, inside.flatten()] += 5.0 * torch.eye(width)[0] + torch.randn(
        count, int(inside.sum()), width, generator=draw
    )
    return ground


def test_similarity_is_the_cosine() -> None:
    given = features()
    found = similarity(given, 1, 7).numpy()
    asked = given[1, 7].double().numpy()
    all_of_them = given.double().numpy()
    lengths = np.linalg.norm(all_of_them, axis=-1) * np.linalg.norm(asked)
    np.testing.assert_allclose(found, all_of_them @ asked / lengths, atol=1e-6)


def test_colors_are_components_of_the_foreground() -> None:
    given = features()
    colors, front = as_colors(given, SIDE, split=True, turned=False)
    expected = np.zeros((SIDE, SIDE), bool)
    expected[2:4, 2:5] = True
    assert (front.reshape(3, SIDE, SIDE) == expected).all()
    assert not colors[front == 0].any()
    # Over the foreground of all images together, each component spans all of its color.
    points = PCA(3).fit_transform(given.numpy()[front == 1].astype(np.float64))
    low, high = np.percentile(points, (1.0, 99.0), axis=0)
    scaled = np.clip((points - low) / (high - low), 0.0, 1.0) * 255.0
    own = colors[front == 1].astype(np.float64)
    for channel in range(3):  # the sign of a component means nothing
        away = min(
            np.abs(own[:, channel] - each).max()
            for each in (scaled[:, channel], 255.0 - scaled[:, channel])
        )
        assert away <= 1.0


def test_the_other_side_and_no_split() -> None:
    given = features()
    front = as_colors(given, SIDE, split=True, turned=False)[1]
    assert (as_colors(given, SIDE, split=True, turned=True)[1] == 1 - front).all()
    assert as_colors(given, SIDE, split=False, turned=False)[1].all()
