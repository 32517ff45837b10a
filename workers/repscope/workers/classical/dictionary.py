"""A few atoms of a learned dictionary."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from repscope.workers.classical.fitting import INPUTS, FittingParams, fitted, material, pictures_of
from repscope.workers.classical.pictures import Pictures, shown
from repscope.workers.context import Context, Readable, Result
from repscope.workers.encoders.base import Layer
from repscope.workers.registry import register

CODE = "code"
#: Images per step of the learning.
BATCH = 64


class Params(FittingParams):
    """How many atoms, and how few of them an image may use."""

    atoms: int = Field(64, ge=2, le=1024, description="atoms of the dictionary")
    used: int = Field(5, ge=1, le=64, description="atoms that one image is made of")
    sparsity: float = Field(
        1.0, gt=0.0, le=100.0, description="price of using an atom while the atoms are learned"
    )
    passes: int = Field(5, ge=1, le=100, description="times that all images are seen")


class SparseCode:
    """Orthogonal matching pursuit: add the atom that fits best, so many times."""

    def __init__(
        self, pictures: Pictures, mean: NDArray[Any], atoms: NDArray[Any], used: int
    ) -> None:
        """Take the mean image (width) and the atoms (number, width), each of length 1."""
        self.layers = [Layer(CODE, len(atoms))]
        self._pictures, self._mean, self._atoms = pictures, mean, atoms
        self._used = min(used, *atoms.shape)

    def square(self, size: tuple[int, int] | None) -> int:
        """Return the side of the square that images are brought to; see `Encoder.square`."""
        return self._pictures.side

    def encode(self, images: NDArray[Any], layers: Sequence[str]) -> dict[str, NDArray[Any]]:
        """Compute codes; see `Encoder.encode`."""
        from sklearn.decomposition import sparse_encode

        vectors = self._pictures.vectors(images) - self._mean
        code = sparse_encode(vectors, self._atoms, algorithm="omp", n_nonzero_coefs=self._used)
        return dict.fromkeys(layers, code.astype(np.float32))

    def decode(self, codes: NDArray[Any], layer: str) -> NDArray[np.uint8]:
        """Return the sum of the atoms that each code uses, (batch, side, side, channels)."""
        return self._pictures.images(self._mean + codes @ self._atoms)


def load(artifact: Readable, device: str) -> SparseCode:
    """Load the atoms; they run on the processor."""
    mean, atoms = (np.asarray(artifact.array(name)) for name in ("mean", "atoms"))
    return SparseCode(pictures_of(artifact), mean, atoms, artifact.meta["config"]["used"])


@register(
    "encoder",
    "dictionary",
    version=2,
    title="Sparse dictionary",
    params=Params,
    inputs=INPUTS,
    output="encoder",
    seeded=True,
    cost={"constant": 5.0, "rows*params.atoms*params.passes": 2e-6},
)
def dictionary(context: Context, params: Params, dataset: Readable) -> Result:
    """Describe an image as the sum of a few atoms out of many.

    Atoms are learned such that few of them make up each image (Olshausen and Field, 1996; online:
    Mairal et al., 2009). Which atoms an image uses, and how strongly, is found by orthogonal
    matching pursuit (Pati et al., 1993). Most numbers of the code are 0.
    """
    from sklearn.decomposition import MiniBatchDictionaryLearning

    fitted_on = material(context, "dictionary", params, dataset)
    vectors = fitted_on.vectors(context, 0.2)
    mean = vectors.mean(axis=0, dtype=np.float64).astype(np.float32)
    context.progress(0.2, "learning atoms")
    model = MiniBatchDictionaryLearning(
        params.atoms,
        alpha=params.sparsity,
        max_iter=params.passes,
        batch_size=BATCH,
        random_state=context.seed,
    ).fit(vectors - mean)
    atoms = model.components_.astype(np.float32)
    side, channels = fitted_on.pictures.side, fitted_on.pictures.channels
    arrays = {
        "mean": mean,
        "atoms": atoms,
        "filters": shown(atoms.reshape(-1, side, side, channels)),
    }
    config = {"used": params.used}
    return fitted("dictionary", fitted_on, [Layer(CODE, len(atoms))], arrays, config)
