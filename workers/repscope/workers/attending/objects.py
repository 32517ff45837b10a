"""How well the attention of a network finds the objects of a dataset."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import Field
from torch.nn.functional import adaptive_avg_pool2d

from repscope.core.catalogue import Input
from repscope.core.errors import InvalidRecipe, MethodFailed
from repscope.core.images import images_of
from repscope.workers.attending import simple_rules
from repscope.workers.attending.look import Kind, check_block, look
from repscope.workers.attending.models import Model, load
from repscope.workers.attending.score import (
    MASSES,
    Chosen,
    Rows,
    Table,
    choose,
    head_scores,
    seen_masks,
)
from repscope.workers.context import Context, Readable, Result
from repscope.workers.encoders.unseen import held_out
from repscope.workers.files.npy import read_npy
from repscope.workers.files.params import Upload
from repscope.workers.registry import MethodParams, register

#: Images that are looked at together.
_BATCH = 16
#: What DINO's authors keep.
_USUAL = 0.6
#: Half the width of a 95% interval of a mean, in standard errors.
_WIDE = 1.96


class Params(MethodParams):
    """Which block, and over how many images."""

    block: int | None = Field(
        None, ge=0, le=1000, description="number of the block, from 0; empty for the last"
    )
    choosing: int = Field(
        300, ge=10, le=20_000, description="images that choose head and threshold of each rule"
    )
    scored: int = Field(
        700, ge=10, le=50_000, description="other images, over which rules are scored"
    )
    draws: int = Field(3, ge=1, le=10, description="networks with random weights to compare with")
    masks: Upload | None = Field(
        None,
        description="SHA-256 of a .npy file of masks, images x height x width, above 0 where an "
        "object is; empty for those that the dataset has",
    )


@dataclass(frozen=True)
class Maps:
    """What a network looks at in some images.

    Attributes:
        kind: What the maps are.
        attention: (images, heads, height, width).
        rollout: (images, 1, height, width); none where there is no attention.
    """

    kind: Kind
    attention: NDArray[np.float32]
    rollout: NDArray[np.float32] | None


@register(
    "attention",
    "objects",
    version=1,
    title="Objects found by attention",
    params=Params,
    inputs=[
        Input(name="dataset", kind="dataset", description="images"),
        Input(name="encoder", kind="encoder", description="a network"),
    ],
    output="objects",
    seeded=True,
    cost={"constant": 5.0, "params.scored": 0.02, "params.choosing": 0.02},
)
def objects(context: Context, params: Params, dataset: Readable, encoder: Readable) -> Result:
    """Score how well thresholded attention covers the objects of images.

    The Jaccard index of the kept patches with the object: pixels of both over pixels of either
    (Caron et al., 2021). Which head, and how much of its attention, some images choose and others
    score: the encoder's own held-out images, where it was trained on these. The best head of each
    image, which nobody knows beforehand, is the oracle. Beside them stand the same network with
    random weights, a disc in the middle, and colors that stand out from the ground, whose size and
    threshold are chosen in the same way.
    """
    known = _known_masks(context, params, dataset)
    rows, train, test = _divide(context, params, known, encoder)
    model = load(encoder, context.device)
    masks = seen_masks(known[rows], model.preprocess)
    parts = 1 + params.draws
    tell = _teller(context, parts)
    maps = look_at(model, dataset, rows, params.block, tell(0))
    table = head_scores(maps.attention, masks)  # (images, heads, masses)
    heads = maps.attention.shape[1]
    settings = [(head, mass) for head in range(heads) for mass in MASSES]

    def of_heads(found: Table) -> tuple[Chosen, dict[str, Any]]:
        chosen = choose(found.reshape(len(found), -1), train, test)
        head, mass = settings[chosen.setting]
        return chosen, {"head": head, "mass": mass}

    own, told = of_heads(table)
    rules = [_Rule("chosen", own, told)]
    usual = choose(table[:, :, MASSES.index(_USUAL)], train, test)
    rules.append(_Rule("usual", usual, {"head": usual.setting, "mass": _USUAL}))
    for name, maps_of in (
        ("mean", maps.attention.mean(axis=1)[:, None]),
        ("rollout", maps.rollout),
    ):
        if maps_of is not None and heads > 1:
            chosen = choose(head_scores(maps_of, masks)[:, 0], train, test)
            rules.append(_Rule(name, chosen, {"mass": MASSES[chosen.setting]}))
    if heads > 1:
        best = table[test, :, MASSES.index(told["mass"])].max(axis=1)
        rules.append(_Rule("oracle", Chosen(0, float("nan"), best), {"mass": told["mass"]}))
    drawn = []
    for number in range(params.draws):
        network = load(encoder, context.device, "random", context.seed + number)
        given = look_at(network, dataset, rows, params.block, tell(1 + number))
        drawn.append(of_heads(head_scores(given.attention, masks))[0])
    each = np.mean([one.test for one in drawn], axis=0)
    random = Chosen(0, float(np.mean([one.train for one in drawn])), each)
    spread = float(np.std([one.mean for one in drawn]))
    rules.append(_Rule("random", random, {"draws": params.draws, "spread": spread}))
    disc = choose(simple_rules.disc_scores(masks), train, test)
    rules.append(_Rule("disc", disc, {"area": simple_rules.AREAS[disc.setting]}))
    side = maps.attention.shape[2]
    contrast = choose(
        simple_rules.contrast_scores(_colors(model, dataset, rows, side), masks), train, test
    )
    ground, distance = divmod(contrast.setting, len(simple_rules.DISTANCES))
    rules.append(
        _Rule(
            "contrast",
            contrast,
            {
                "ground": simple_rules.GROUNDS[ground],
                "distance": simple_rules.DISTANCES[distance],
            },
        )
    )
    meta = {
        "kind": maps.kind,
        "rules": [rule.as_json(own) for rule in rules],
        "heads": [float(value) for value in table[train].mean(axis=0).max(axis=1)],
        "masses": list(MASSES),
        "choosing": len(train),
        "scored": len(test),
        "source": "held_out" if held_out(context, encoder) is not None else "random",
    }
    arrays = {
        "rows": rows[test].astype(np.int32),
        "jaccard": np.stack([rule.chosen.test for rule in rules]).astype(np.float32),
        "table": table[train].mean(axis=0).astype(np.float32),
    }
    return Result(arrays, meta, {"jaccard": own.mean})


@dataclass(frozen=True)
class _Rule:
    name: str
    chosen: Chosen
    told: dict[str, Any]

    def as_json(self, own: Chosen) -> dict[str, Any]:
        """Describe it, and by how much the chosen head is better on the same images."""
        away = own.test - self.chosen.test
        error = float(away.std(ddof=1) / np.sqrt(len(away)))
        wide = _WIDE * error
        return {
            "rule": self.name,
            "jaccard": self.chosen.mean,
            "error": self.chosen.error,
            "behind": float(away.mean()),
            "interval": [float(away.mean()) - wide, float(away.mean()) + wide],
            **self.told,
        }


def look_at(
    model: Model,
    dataset: Readable,
    rows: Rows,
    block: int | None,
    progress: Callable[[float], None],
) -> Maps:
    """Look at many images.

    Args:
        model: The network.
        dataset: Where they are.
        rows: Of the images.
        block: Whose attention; the last by default.
        progress: Called with the share that is done.
    """
    images = images_of(dataset)
    attention, rolled = [], []
    kind: Kind = "attention"
    for start in range(0, len(rows), _BATCH):
        progress(start / len(rows))
        part = rows[start : start + _BATCH]
        given = torch.cat(
            [model.preprocess(images.array(int(r))[None], model.device) for r in part]
        )
        seen = look(model, given, block)
        kind = seen.kind
        at = seen.blocks[check_block(block, seen.names)]
        shape = (len(part), -1, at.side, at.side)
        attention.append(at.attention.reshape(shape).float().cpu().numpy())
        if at.rollout is not None:
            rolled.append(at.rollout.reshape(shape).float().cpu().numpy())
    return Maps(kind, np.concatenate(attention), np.concatenate(rolled) if rolled else None)


def _known_masks(context: Context, params: Params, dataset: Readable) -> NDArray[Any]:
    """Return the masks of all images, (images, height, width), given or of the dataset."""
    if params.masks is None:
        if "masks" not in dataset.array_names:
            raise MethodFailed(
                "This dataset does not know where its objects are; choose one with masks, such as "
                "shapes, or give a .npy file of them."
            )
        return dataset.array("masks")
    masks = read_npy(context.upload(params.masks), "The file of masks")
    count = int(dataset.meta["count"])
    if masks.ndim != 3 or masks.dtype.kind not in "biuf":
        raise InvalidRecipe(
            "The file of masks holds numbers of the shape "
            f"{' x '.join(map(str, masks.shape))}; it must be images x height x width.",
            field="params.masks",
        )
    if len(masks) != count:
        raise InvalidRecipe(
            f"There are {len(masks):,} masks for {count:,} images; give one for each image, in "
            "their order, of zeros where it has no object.",
            field="params.masks",
        )
    return masks


def _divide(
    context: Context, params: Params, masks: NDArray[Any], encoder: Readable
) -> tuple[Rows, Rows, Rows]:
    """Return the rows that are looked at, and the places among them that choose and are scored."""
    known = np.array([row for row in range(len(masks)) if (masks[row] > 0).any()], np.int64)
    unseen = held_out(context, encoder)
    rng = np.random.default_rng(context.seed)
    if unseen is None:
        mixed = rng.permutation(known)
        share = params.choosing / (params.choosing + params.scored)
        cut = min(params.choosing, round(share * len(mixed)))
        first, second = mixed[:cut], mixed[cut : cut + params.scored]
    else:
        inside = np.isin(known, unseen)
        first = rng.permutation(known[~inside])[: params.choosing]
        second = rng.permutation(known[inside])[: params.scored]
    if len(first) < 2 or len(second) < 2:
        raise MethodFailed(
            f"There are {len(first)} images with an object to choose with and {len(second)} to "
            "score; both need at least 2."
        )
    rows = np.concatenate([np.sort(first), np.sort(second)])
    return rows, np.arange(len(first)), np.arange(len(first), len(rows))


def _colors(model: Model, dataset: Readable, rows: Rows, side: int) -> NDArray[np.float32]:
    """Return the mean color of each patch, (images, side, side, channels)."""
    images, plain = images_of(dataset), model.preprocess.plain
    pooled = [adaptive_avg_pool2d(plain(images.array(int(row))[None], "cpu"), side) for row in rows]
    colors: NDArray[np.float32] = torch.cat(pooled).permute(0, 2, 3, 1).numpy()
    return colors


def _teller(context: Context, parts: int) -> Callable[[int], Callable[[float], None]]:
    def of(part: int) -> Callable[[float], None]:
        what = "looking at images" if part == 0 else f"with random weights, {part} of {parts - 1}"
        return lambda share: context.progress((part + share) / parts, what)

    return of
