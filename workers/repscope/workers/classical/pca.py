"""Principal components of the pixels."""

import numpy as np
from pydantic import Field

from repscope.workers.classical.fitting import INPUTS, FittingParams, at_most, fitted, material
from repscope.workers.classical.linear import WHITENED
from repscope.workers.classical.pictures import shown
from repscope.workers.context import Context, Readable, Result
from repscope.workers.encoders.base import Layer
from repscope.workers.registry import register

#: Share of the variance below which a component is rounding, not image.
NEGLIGIBLE = 1e-7


class Params(FittingParams):
    """How many components."""

    components: int = Field(64, ge=1, le=2048, description="principal components to keep")


@register(
    "encoder",
    "pca",
    version=2,
    title="PCA",
    params=Params,
    inputs=INPUTS,
    output="encoder",
    seeded=True,
    cost={"constant": 3.0, "rows": 1e-4},
)
def pca(context: Context, params: Params, dataset: Readable) -> Result:
    """Describe an image by how much of each principal component it has.

    The components are the directions of pixel space in which images of this dataset differ most
    (Pearson, 1901; Hotelling, 1933), as the "eigenfaces" of Turk and Pentland (1991) are. No linear
    code of that many numbers reconstructs the images with a smaller squared error, and a linear
    autoencoder finds the same space (Baldi and Hornik, 1989). The layer `whitened` divides each
    component by its standard deviation, so that faint differences count as much as strong ones.
    """
    from sklearn.decomposition import PCA

    fitted_on = material(context, "pca", params, dataset)
    vectors = fitted_on.vectors(context)
    wanted = at_most(context, params.components, min(vectors.shape), "components")
    context.progress(0.5, "principal components")
    model = PCA(wanted, svd_solver=_solver(wanted, *vectors.shape), random_state=context.seed)
    model.fit(vectors)
    count = max(1, int((model.explained_variance_ratio_ > NEGLIGIBLE).sum()))
    components = model.components_[:count].astype(np.float32)
    side, channels = fitted_on.pictures.side, fitted_on.pictures.channels
    arrays = {
        "mean": model.mean_.astype(np.float32),
        "encode": np.ascontiguousarray(components.T),
        "decode": components,
        "deviation": np.sqrt(model.explained_variance_[:count]).astype(np.float32),
        "explained_variance": model.explained_variance_ratio_[:count].astype(np.float32),
        "filters": shown(components.reshape(-1, side, side, channels)),
    }
    return fitted(
        "linear",
        fitted_on,
        [Layer(WHITENED, count), Layer("components", count)],
        arrays,
        metrics={"explained_variance": float(arrays["explained_variance"].sum())},
    )


def _solver(wanted: int, images: int, width: int) -> str:
    """Return the fastest way that is exact; scikit-learn's own choice is approximate."""
    if wanted < min(images, width) // 4:
        return "arpack"
    return "covariance_eigh" if width <= images else "full"
