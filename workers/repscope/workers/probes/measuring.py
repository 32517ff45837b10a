"""Fitting a probe on training rows and measuring it on others.

What is fitted gets features and labels of training rows alone: there is no way for a test row in.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from repscope.workers.numerics.apportion import stratified
from repscope.workers.numerics.logistic import Logistic, fit
from repscope.workers.numerics.votes import votes
from repscope.workers.probes.division import Division, Plan, take_labels

#: Penalties of the linear probe, and the one that is taken where there is nothing to choose with.
PENALTIES = (1.0, 1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6)
USUAL_PENALTY = 1e-2
#: Labels of each class, in the mean, below which there is nothing to choose with.
_LEAST_LABELS = 5
#: Share of the training rows that choose, and as many as are fitted on meanwhile.
_CHOOSING = 0.2
_MOST_CHOOSING = 20_000
#: Steps of a fit: an accuracy settles long before a loss does.
_STEPS = 100
#: Share of the time of a linear probe in which the penalty is chosen.
_SEARCH = 0.6
_TOP = 5

#: (rows, numbers) of the whole dataset; one a repetition where an encoder is fitted in each.
Features = NDArray[Any] | Sequence[NDArray[Any]]


@dataclass(frozen=True)
class Measured:
    """One repetition.

    Attributes:
        top1: Accuracy.
        top5: How often the class is among the five likeliest.
        rows: Test rows.
        named: Class named for each.
        sureness: Share or probability of that class.
        labels: Training rows whose labels were used.
        chosen: Penalty of the linear probe.
    """

    top1: float
    top5: float
    rows: NDArray[np.int64]
    named: NDArray[np.int64]
    sureness: NDArray[np.float32]
    labels: int
    chosen: float | None = None


@dataclass(frozen=True)
class KNN:
    """The weighted k-NN probe."""

    k: int
    temperature: float
    name: str = "knn"

    def measure(
        self,
        features: NDArray[Any],
        plan: Plan,
        division: Division,
        used: NDArray[np.int64],
        device: str,
        seed: Sequence[int],
        progress: Callable[[float], None],
    ) -> Measured:
        """Let the training rows whose labels are used vote on the test rows."""
        classes = len(plan.classes)
        bank, known = _tensor(features, used, device), _labels(plan, used, device)
        queries = _tensor(features, division.test, device)
        shares = votes(bank, known, queries, classes, self.k, self.temperature)
        return _measured(shares, plan, division.test, len(used), None)


@dataclass(frozen=True)
class Linear:
    """The linear probe."""

    name: str = "linear"

    def measure(
        self,
        features: NDArray[Any],
        plan: Plan,
        division: Division,
        used: NDArray[np.int64],
        device: str,
        seed: Sequence[int],
        progress: Callable[[float], None],
    ) -> Measured:
        """Fit on the training rows whose labels are used, and name the test rows' classes."""
        penalty, start = choose_penalty(
            features, plan, division, used, device, seed, lambda done: progress(_SEARCH * done)
        )
        model = fit(
            _tensor(features, used, device),
            _labels(plan, used, device),
            len(plan.classes),
            penalty,
            start,
            _STEPS,
            lambda done: progress(_SEARCH + (1.0 - _SEARCH) * done),
        )
        logits = model.logits(_tensor(features, division.test, device))
        return _measured(logits.softmax(dim=1), plan, division.test, len(used), penalty)


def choose_penalty(
    features: NDArray[Any],
    plan: Plan,
    division: Division,
    used: NDArray[np.int64],
    device: str,
    seed: Sequence[int],
    progress: Callable[[float], None] = lambda _: None,
) -> tuple[float, Logistic | None]:
    """Choose the penalty that does best on rows that neither fit it nor test.

    They are the validation part where there is one and all training labels are used, else a fifth
    of the training rows, every class by its share and near-duplicates together. The search begins
    at the usual penalty and goes to larger ones until one is worse, then to smaller ones until one
    is no better; so of equally good ones the larger is taken.

    Returns:
        The penalty, and what was fitted with it meanwhile.
    """
    labels = plan.labels
    present = len(np.unique(labels[used]))
    if len(used) < _LEAST_LABELS * present or present < 2:
        return USUAL_PENALTY, None
    fitting, choosing = _choosing(plan, division, used, seed)
    x, y = _tensor(features, fitting, device), _labels(plan, fitting, device)
    validation, truth = _tensor(features, choosing, device), _labels(plan, choosing, device)
    tried = 0

    def attempt(penalty: float, start: Logistic | None) -> tuple[float, Logistic]:
        nonlocal tried
        model = fit(
            *(x, y, len(plan.classes), penalty, start, _STEPS),
            lambda done: progress((tried + done) / len(PENALTIES)),
        )
        tried += 1
        return float((model.logits(validation).argmax(dim=1) == truth).double().mean()), model

    usual = PENALTIES.index(USUAL_PENALTY)
    highest, model = attempt(USUAL_PENALTY, None)
    best = USUAL_PENALTY
    for penalty in reversed(PENALTIES[:usual]):
        right, found = attempt(penalty, model)
        if right < highest:
            break
        best, highest, model = penalty, right, found
    if best == USUAL_PENALTY:
        for penalty in PENALTIES[usual + 1 :]:
            right, found = attempt(penalty, model)
            if right <= highest:
                break
            best, highest, model = penalty, right, found
    return best, model


def _choosing(
    plan: Plan, division: Division, used: NDArray[np.int64], seed: Sequence[int]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the rows that are fitted on while a penalty is chosen, and those that choose it."""
    if len(division.validation) and len(used) == len(division.train):
        fitting, choosing = used, division.validation
    else:
        groups = plan.groups[used]
        firsts = np.unique(groups, return_index=True)[1]
        share = max(1, round(_CHOOSING * len(firsts)))
        rng = np.random.default_rng(seed)
        drawn = firsts[stratified(plan.labels[used][firsts], share, rng)]
        apart = np.isin(groups, groups[drawn])
        fitting, choosing = used[~apart], used[apart]
    if len(fitting) > _MOST_CHOOSING:
        rng = np.random.default_rng([*seed, 1])
        fitting = fitting[stratified(plan.labels[fitting], _MOST_CHOOSING, rng)]
    return fitting, choosing


def repeat(
    probe: KNN | Linear,
    features: Features,
    plan: Plan,
    *,
    fraction: float = 1.0,
    shots: int | None = None,
    seed: int,
    device: str,
    progress: Callable[[float], None],
) -> list[Measured]:
    """Measure a probe in every repetition of a plan.

    Args:
        probe: Which.
        features: Of the whole dataset.
        plan: Which rows train and which test.
        fraction: Share of the training labels that may be used.
        shots: Labels of each class instead.
        seed: Decides which labels.
        device: Where to compute.
        progress: Called with the share that is done.
    """
    found: list[Measured] = []
    for number, division in enumerate(plan.divisions):
        used = take_labels(division.train, plan.labels, fraction, shots, [seed, number, 1])
        found.append(
            probe.measure(
                features if isinstance(features, np.ndarray) else features[number],
                plan,
                division,
                used,
                device,
                [seed, number, 2],
                lambda done: progress((len(found) + done) / len(plan.divisions)),
            )
        )
    return found


def score(values: Sequence[float]) -> dict[str, Any]:
    """Sum up the accuracies of several repetitions."""
    spread = float(np.std(values, ddof=1)) if len(values) > 1 else None
    return {"mean": float(np.mean(values)), "std": spread, "values": [float(v) for v in values]}


def top1(measured: Sequence[Measured]) -> dict[str, Any]:
    """Return the score of the class named first."""
    return score([each.top1 for each in measured])


def top5(measured: Sequence[Measured], classes: int) -> dict[str, Any] | None:
    """Return the score of the five classes named first, where there are more than five."""
    return score([each.top5 for each in measured]) if classes > _TOP else None


def _measured(
    shares: Tensor, plan: Plan, rows: NDArray[np.int64], labels: int, chosen: float | None
) -> Measured:
    truth = _labels(plan, rows, str(shares.device))
    own = shares.gather(1, truth[:, None])  # (rows, 1)
    # Of equal shares the first class is ahead, and no share at all is no guess.
    ahead = shares > own
    earlier = (shares == own) & (
        torch.arange(shares.shape[1], device=shares.device) < truth[:, None]
    )
    rank = (ahead | earlier).sum(dim=1)
    guessed = own[:, 0] > 0
    sureness, named = shares.max(dim=1)
    return Measured(
        top1=float((named == truth).double().mean()),
        top5=float(((rank < _TOP) & guessed).double().mean()),
        rows=rows,
        named=named.cpu().numpy(),
        sureness=sureness.cpu().numpy(),
        labels=labels,
        chosen=chosen,
    )


def _tensor(features: NDArray[Any], rows: NDArray[np.int64], device: str) -> Tensor:
    return torch.from_numpy(np.asarray(features[rows], np.float32)).to(device)


def _labels(plan: Plan, rows: NDArray[np.int64], device: str) -> Tensor:
    return torch.from_numpy(plan.labels[rows]).to(device)
