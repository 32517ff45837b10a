"""Masked autoencoders of several masking ratios, each tested at every ratio."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from repscope.core.catalogue import Input
from repscope.core.errors import MethodFailed
from repscope.core.images import images_of
from repscope.workers.context import Context, Readable, Result
from repscope.workers.encoders.base import choose_layer
from repscope.workers.probes.baselines import untrained
from repscope.workers.probes.curves import Curves
from repscope.workers.probes.division import plan
from repscope.workers.probes.features import Probed, features_of, open_encoder, small_pixels
from repscope.workers.probes.measuring import KNN, Features, Linear, Measured, repeat
from repscope.workers.probes.names import PIXELS, PIXELS_NAME, RANDOM, random_name
from repscope.workers.probes.params import SplitParams, VoteParams
from repscope.workers.reconstruction import masked, masks
from repscope.workers.reconstruction.models import MaskedModel, as_bytes, load
from repscope.workers.registry import register

#: Test images over which errors are measured, and those whose pictures are kept.
_MEASURED = 1000
_SHOWN = 6
#: Pixels of all measured images, at most.
_VALUES = 2**24
_TITLE = "Masked autoencoder"

#: Encoders by their ratio, the smallest first.
Groups = dict[float, list[Readable]]


class Params(SplitParams, VoteParams):
    """Of the experiment."""


@register(
    "probe",
    "masking",
    version=2,
    title="Masking ratios",
    params=Params,
    inputs=[
        Input(name="dataset", kind="dataset", description="images with classes"),
        Input(
            name="encoders",
            kind="encoder",
            many=True,
            description="masked autoencoders that differ in their ratio, and in their seed",
        ),
    ],
    output="ratios",
    seeded=True,
    cost={"constant": 30.0, "rows*pixels": 3e-5},
)
def masking(
    context: Context, params: Params, dataset: Readable, encoders: list[Readable]
) -> Result:
    """Compare what is learned with a little and with much of each image hidden.

    Each model draws the hidden patches of the same test images at every ratio, since errors at two
    ratios do not compare: with more hidden there is less to go by. And both probes read its
    features. For ViT-L on ImageNet He et al. (2022) found 75% best; small networks on small images
    may want another.
    """
    groups = _by_ratio(encoders)
    ratios = list(groups)
    pixels = small_pixels(context, dataset)
    drawn = plan(context, params, dataset, pixels, encoders, varied=False)
    test = _Test(context, dataset, drawn.divisions[0].test[:_MEASURED], groups)
    probes = (Linear(), KNN(params.k, params.temperature))
    total, done = len(encoders) + 2, 0

    def read(model: Probed | None) -> dict[str, list[Measured]]:
        """Probe the last layer of a model, or raw pixels."""
        tell = f"reading features, {done + 1} of {total}"
        features: Features = pixels
        if model is not None:
            layer = choose_layer(model.layers, None)
            share = lambda part: context.progress((done + 0.5 * part) / total, tell)  # noqa: E731
            read_at = features_of(context, dataset, model, [layer], drawn.divisions, share)
            features = read_at[layer]
        return {
            probe.name: repeat(
                probe,
                features,
                drawn,
                seed=context.seed,
                device=context.device,
                progress=lambda part: context.progress((done + 0.5 + 0.5 * part) / total, tell),
            )
            for probe in probes
        }

    errors: list[list[list[float]]] = []
    points: dict[str, list[list[Measured]]] = {probe.name: [] for probe in probes}
    pictures: list[NDArray[Any]] = []
    for ratio, members in groups.items():
        errors.append([])
        at: dict[str, list[Measured]] = {probe.name: [] for probe in probes}
        for artifact in members:
            context.progress(done / total, f"drawing what is hidden, {done + 1} of {total}")
            errors[-1].append([test.error(test.draw(artifact, each), each) for each in ratios])
            if artifact is members[0]:
                pictures.append(as_bytes(test.draw(artifact, ratio)[:_SHOWN]))
            for name, measured in read(open_encoder(context, dataset, artifact)).items():
                at[name] += measured
            done += 1
        for name, all_measured in at.items():
            points[name].append(all_measured)
    basis = groups[ratios[0]][0]
    network = untrained(basis, context.seed, context.device)
    beside = [(random_name(basis), RANDOM, read(network)), (PIXELS_NAME, PIXELS, read(None))]
    curves = Curves()
    for probe in probes:
        curves.add(probe, _TITLE, None, points[probe.name])
        for name, baseline, found in beside:
            curves.add(probe, name, baseline, [found[probe.name]])
    meta = drawn.about | {
        "axis": "share of the patches hidden in training",
        "points": [{"name": f"{ratio:.0%}"} for ratio in ratios],
        "curves": curves.listed,
        "ratios": ratios,
        "seeds": len(groups[ratios[0]]),
        "measured": len(test.rows),
        "rows": test.rows[:_SHOWN].tolist(),
        "normalized": test.first.normalized,
        "warnings": [*drawn.about["warnings"], *_unequal(encoders)],
    }
    arrays: dict[str, NDArray[Any]] = {
        **curves.arrays,
        "errors": np.array(errors, np.float32),  # (trained with, seeds, tested at)
        "diffusion": np.array([test.error(test.fill(r), r) for r in ratios], np.float32),
        "input": as_bytes(test.images[:_SHOWN]),
        "hidden": np.stack([test.grid(r)[:_SHOWN].cpu().numpy() for r in ratios]).astype(np.uint8),
        "output": np.stack(pictures),
    }
    accuracy = curves.arrays["curve_0"].mean(axis=1)
    best = int(np.argmax(accuracy))
    return Result(arrays, meta, {"best": float(accuracy[best]), "best_ratio": ratios[best]})


class _Test:
    """The test images, hidden at every ratio alike for all models."""

    def __init__(
        self, context: Context, dataset: Readable, rows: NDArray[np.int64], groups: Groups
    ) -> None:
        self._device = context.device
        (self.first, *others) = [self._load(each) for some in groups.values() for each in some]
        if any((m.side, m.preprocess) != (self.first.side, self.first.preprocess) for m in others):
            raise MethodFailed("All encoders must see images of one size, in patches of one size.")
        # Large images are fewer, so that they fit into memory together.
        self.rows = rows = rows[: max(_SHOWN, _VALUES // self.first.preprocess.image_size**2)]
        images = images_of(dataset)
        self.images = torch.cat([self.first.prepare(images.array(int(r))[None]) for r in rows])
        # The masks that the Masking lens draws first.
        seeds: list[tuple[int, ...]] = [(context.seed, 0, int(row)) for row in rows]
        side = self.first.side
        self._hidden = {
            ratio: torch.from_numpy(masks.draw("random", side, ratio, seeds)).to(context.device)
            for ratio in groups
        }

    def _load(self, artifact: Readable) -> MaskedModel:
        model = load(artifact, self._device)
        if not isinstance(model, MaskedModel):
            raise MethodFailed("Each encoder must be a masked autoencoder.")
        return model

    def grid(self, ratio: float) -> Tensor:
        """Return which patches are hidden, (images, side, side) bool."""
        return self._hidden[ratio].view(-1, self.first.side, self.first.side)

    def draw(self, artifact: Readable, ratio: float) -> Tensor:
        """Let a model draw the images from what is left of them."""
        with torch.inference_mode():
            return masked.reconstruct(self._load(artifact).mae, self.images, self._hidden[ratio])

    def fill(self, ratio: float) -> Tensor:
        """Fill the gaps without learning."""
        return masked.fill(self.images, self.grid(ratio))

    def error(self, drawn: Tensor, ratio: float) -> float:
        """Return the mean squared error of hidden pixels, between 0 and 1."""
        gaps = masked.pixels(self.grid(ratio), self.images.shape[2])[:, None]
        squared = (drawn - self.images).square() * gaps
        return float(squared.sum() / (gaps.sum() * self.images.shape[1]))


def _by_ratio(encoders: Sequence[Readable]) -> Groups:
    groups: Groups = {}
    for encoder in encoders:
        if encoder.meta.get("objective") != "mae":
            raise MethodFailed("Each encoder must be a masked autoencoder.")
        groups.setdefault(float(encoder.meta["params"]["mask_ratio"]), []).append(encoder)
    if len({len(members) for members in groups.values()}) > 1:
        raise MethodFailed("Give as many encoders of each masking ratio, with as many seeds.")
    return dict(sorted(groups.items()))


def _unequal(encoders: Sequence[Readable]) -> list[str]:
    """Warn of what makes the comparison unfair."""
    if len({encoder.meta["run"]["images_seen"] for encoder in encoders}) > 1:
        return ["The encoders have not seen as many images in training."]
    return []
