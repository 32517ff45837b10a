"""Figures of matrices and of what is placed by them: images, layers, encoders."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from repscope.client.artifact import Artifact

#: Up to so many rows each cell shows its number.
_NUMBERED = 12


def draw_matrix(artifact: Artifact, names: Sequence[str] | None, title: str | None) -> go.Figure:
    """Draw a matrix as a picture, the first row on top.

    Args:
        artifact: One with an array `matrix`, (m, n), or a condensed `rdm`.
        names: What the rows are called, and the columns where there are as many; numbers from 1
            when left out.
        title: Stands above it.

    Raises:
        ValueError: There are more or fewer names than rows.
    """
    condensed = "matrix" not in artifact.arrays
    matrix = square(artifact.array("rdm")) if condensed else artifact.array("matrix")
    rows, columns = matrix.shape
    down = _names(names, rows)
    across = down if columns == rows else _names(None, columns)
    numbers: dict[str, Any] = {"texttemplate": "%{z:.2f}"} if rows <= _NUMBERED else {}
    # A name may be there twice, and would then be one row: places are numbers, names their labels.
    figure = go.Figure(
        go.Heatmap(
            z=matrix,
            colorscale="Viridis",
            colorbar={"title": "dissimilarity" if condensed else artifact.manifest["method"]},
            hovertemplate="%{y}, %{x}: %{z:.4g}<extra></extra>",
            **numbers,
        )
    )
    if names is not None:
        figure.update_xaxes(tickvals=list(range(columns)), ticktext=across)
        figure.update_yaxes(tickvals=list(range(rows)), ticktext=down)
    figure.update_xaxes(constrain="domain")
    figure.update_yaxes(autorange="reversed", scaleanchor="x", constrain="domain")
    return figure.update_layout(title=title, template="plotly_white")


def draw_placement(artifact: Artifact, names: Sequence[str] | None, title: str | None) -> go.Figure:
    """Draw a map of representations, each with its name.

    Args:
        artifact: One with an array `points`, (m, 2), of few points.
        names: What they are called; numbers when left out.
        title: Stands above it.

    Raises:
        ValueError: There are more or fewer names than points.
    """
    points = artifact.array("points")
    words = _names(names, len(points))
    figure = go.Figure(go.Scatter(x=points[:, 0], y=points[:, 1], text=words))
    figure.update_traces(mode="markers+text", textposition="top center", hoverinfo="text")
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False, scaleanchor="x")
    return figure.update_layout(title=title, template="plotly_white")


def square(condensed: NDArray[Any]) -> NDArray[Any]:
    """Return the whole matrix of a condensed one: symmetric, with zeros on its diagonal.

    Args:
        condensed: (N (N - 1) / 2,), the half above the diagonal, row by row.
    """
    count = round((1 + np.sqrt(1 + 8 * len(condensed))) / 2)
    whole = np.zeros((count, count), condensed.dtype)
    whole[np.triu_indices(count, 1)] = condensed
    return whole + whole.T


def _names(names: Sequence[str] | None, count: int) -> list[str]:
    if names is None:
        return [str(number) for number in range(1, count + 1)]
    if len(names) != count:
        raise ValueError(f"Give {count} names, one a row, not {len(names)}.")
    return list(names)
