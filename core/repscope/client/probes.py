"""Figures of probes: the confusion matrix, curves over layers or labels, the table of encoders."""

from typing import Any

import numpy as np
import plotly.graph_objects as go

from repscope.client.artifact import Artifact
from repscope.client.palette import MISSING, class_colors

_PROBES = {"linear": "Linear probe", "knn": "k-NN probe"}
_DASHES = {"linear": "solid", "knn": "dot"}
_AXES = {"layer": "layer", "labels": "labels of the training images"}


def draw_probe(artifact: Artifact, title: str | None) -> go.Figure:
    """Draw what a probe measured, whichever it is."""
    if "confusion" in artifact.arrays:
        return draw_confusion(artifact, title)
    if "curves" in artifact.meta:
        return draw_curves(artifact, title)
    return draw_table(artifact, title)


def draw_confusion(artifact: Artifact, title: str | None) -> go.Figure:
    """Draw which classes are taken for which, each row as shares of its true class."""
    classes = artifact.meta["classes"]
    counts = artifact.array("confusion")
    tested = counts.sum(axis=1, keepdims=True)
    shares = np.divide(counts, tested, out=np.zeros(counts.shape), where=tested > 0)
    figure = go.Figure(
        go.Heatmap(
            z=shares,
            x=classes,
            y=classes,
            customdata=counts,
            colorscale="Blues",
            zmin=0.0,
            zmax=1.0,
            hovertemplate="%{y} named %{x}: %{customdata} (%{z:.0%})<extra></extra>",
        )
    )
    figure.update_xaxes(title="class named", type="category")
    figure.update_yaxes(title="true class", type="category", autorange="reversed")
    probe = _PROBES[artifact.meta["probe"]]
    words = f"{probe} at {artifact.meta['layer']}: {_words(artifact.meta['top1'])}"
    return figure.update_layout(title=title or words, template="plotly_white")


def draw_curves(artifact: Artifact, title: str | None) -> go.Figure:
    """Draw accuracies over layers or labels, with the spread over repetitions."""
    meta = artifact.meta
    names = [point["name"] for point in meta["points"]]
    encoders = list(dict.fromkeys(curve["encoder"] for curve in meta["curves"]))
    colors = dict(zip(encoders, class_colors(encoders), strict=True))
    figure = go.Figure()
    for curve in meta["curves"]:
        values = artifact.array(curve["array"])  # (points, repetitions)
        if len(values) == 1:  # raw pixels have one layer
            values = np.repeat(values, len(names), axis=0)
        spread = values.std(axis=1, ddof=1) if values.shape[1] > 1 else None
        color = MISSING if curve["baseline"] == "pixels" else colors[curve["encoder"]]
        figure.add_scatter(
            x=names,
            y=values.mean(axis=1),
            error_y=None if spread is None else {"array": spread},
            name=curve["name"],
            line={"color": color, "dash": _DASHES[curve["probe"]]},
            mode="lines+markers",
        )
    figure.update_xaxes(title=_AXES[meta["axis"]], type="category")
    figure.update_yaxes(title="accuracy", tickformat=".0%")
    return figure.update_layout(title=title, template="plotly_white")


def draw_table(artifact: Artifact, title: str | None) -> go.Figure:
    """Draw the encoders of a table with both accuracies."""
    rows = artifact.meta["rows"]
    columns: dict[str, list[Any]] = {
        "encoder": [row["name"] for row in rows],
        "layer": [row["layer"] for row in rows],
        **{_PROBES[name]: [_words(row[name]) for row in rows] for name in _PROBES},
    }
    figure = go.Figure(
        go.Table(header={"values": list(columns)}, cells={"values": list(columns.values())})
    )
    return figure.update_layout(title=title, template="plotly_white")


def _words(score: dict[str, Any]) -> str:
    spread = "" if score["std"] is None else f" ± {100 * score['std']:.1f}"
    return f"{100 * score['mean']:.1f}{spread} %"
