"""Logistic regression over several classes, by L-BFGS on all rows at once."""

import contextlib
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
from scipy.optimize import minimize
from torch import Tensor
from torch.nn import functional

from repscope.workers.numerics.arrays import F64

#: Relative change of the loss that is lost in single precision.
_NOISE = 1e-8
#: Multiplications of one step below which threads cost more than they give.
_LITTLE = 5_000_000


@dataclass(frozen=True)
class Logistic:
    """A fitted classifier.

    Attributes:
        mean: (width,) of the rows it was fitted on.
        scale: (width,) one over their standard deviation; 1 where a feature does not vary.
        weight: (classes, width), for standardized features.
        bias: (classes,).
    """

    mean: Tensor
    scale: Tensor
    weight: Tensor
    bias: Tensor

    def logits(self, features: Tensor) -> Tensor:
        """Return (rows, classes) for (rows, width) features."""
        return (features - self.mean) * self.scale @ self.weight.T + self.bias


def fit(
    features: Tensor,
    labels: Tensor,
    classes: int,
    penalty: float,
    start: Logistic | None = None,
    steps: int = 200,
    progress: Callable[[float], None] = lambda _: None,
) -> Logistic:
    """Fit on standardized features.

    Minimizes the mean cross-entropy plus penalty / 2 times the squared weights; biases are free.
    That is scikit-learn's LogisticRegression with C = 1 / (penalty * rows).

    Args:
        features: (rows, width).
        labels: (rows,) classes, from 0.
        classes: Number of classes, some of which may have no row.
        penalty: More makes smaller weights.
        start: A solution for another penalty or of other rows, to begin with.
        steps: L-BFGS takes no more.
        progress: Called in each step with the share of them that are done.
    """
    mean = features.mean(dim=0)
    deviation = features.std(dim=0, correction=0)
    scale = torch.where(deviation > 1e-6 * deviation.max(), 1.0 / deviation, 1.0)
    plain = (features - mean) * scale
    width = features.shape[1]
    weight, bias = torch.zeros(classes, width), torch.zeros(classes)
    if start is not None:  # the same lines, for features that are standardized otherwise
        slopes = start.weight * start.scale
        weight = (slopes / scale).cpu()
        bias = (start.bias + slopes @ (mean - start.mean)).cpu()
    rows = torch.arange(len(labels), device=labels.device)
    tried = itertools.count()

    def objective(given: F64) -> tuple[float, F64]:
        """Loss and gradient; by hand, since the rows then have to be read twice only."""
        progress(min(next(tried) / steps, 1.0))
        parameters = torch.from_numpy(given).to(plain)
        weight, bias = parameters[:-classes].view(classes, width), parameters[-classes:]
        logits = plain @ weight.T + bias
        loss = functional.cross_entropy(logits, labels) + penalty / 2 * weight.square().sum()
        error = logits.softmax(dim=1)
        error[rows, labels] -= 1.0
        error /= len(labels)
        slope = torch.cat([(error.T @ plain + penalty * weight).flatten(), error.sum(dim=0)])
        return float(loss), slope.double().cpu().numpy()

    with _threads(plain.numel() * classes):
        found = minimize(
            objective,
            torch.cat([weight.flatten(), bias]).double().numpy(),
            method="L-BFGS-B",
            jac=True,
            options={"maxiter": steps, "ftol": _NOISE, "gtol": 1e-5},
        )
    best = torch.from_numpy(found.x).to(plain)
    return Logistic(mean, scale, best[:-classes].view(classes, width), best[-classes:])


@contextlib.contextmanager
def _threads(work: int) -> Iterator[None]:
    """Compute with one thread where there is little work: others would only be waited for."""
    before = torch.get_num_threads()
    torch.set_num_threads(1 if work < _LITTLE else before)
    try:
        yield
    finally:
        torch.set_num_threads(before)
