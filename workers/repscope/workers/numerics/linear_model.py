"""The best linear model of images: what a linear encoder and decoder can do."""

import torch
from torch import Tensor

from repscope.workers.numerics.components import principal_components


class LinearModel:
    """Principal components, as they describe rows that they were not taken of."""

    def __init__(self, rows: Tensor, count: int) -> None:
        """Find the components.

        Args:
            rows: (rows, numbers), what the model is fitted to.
            count: Components.
        """
        values = rows.double().numpy()
        found = principal_components(values, values.mean(axis=0), count)
        self._mean = torch.from_numpy(found.mean).to(rows.dtype)
        self._axes = torch.from_numpy(found.axes).to(rows.dtype)  # (numbers, count)
        self._variances = torch.from_numpy(found.variance).to(rows.dtype)

    def project(self, rows: Tensor) -> Tensor:
        """Return what is left of rows that are described by their components alone."""
        return self._mean + (rows - self._mean) @ self._axes @ self._axes.T

    def surprise(self, rows: Tensor) -> Tensor:
        """Return -log p of rows under probabilistic PCA with noise of variance 1, (rows,).

        Its components explain the variance above 1 (Tipping and Bishop, 1999, with sigma^2 given);
        the constant numbers / 2 * log(2 pi) is left out.
        """
        variances = self._variances.clamp(min=1.0)
        centered = rows - self._mean
        along = centered @ self._axes
        across = centered.square().sum(dim=1) - along.square().sum(dim=1)
        return 0.5 * (variances.log().sum() + across + (along.square() / variances).sum(dim=1))
