"""Figures with Plotly: maps in the colors of the page, datasets as a sheet of their images."""

import base64
import math
from collections.abc import Collection
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from repscope.client.artifact import Artifact
from repscope.client.palette import MISSING, class_colors
from repscope.core.errors import NotFound

#: Images on a sheet, and how many stand side by side.
_SHEET, _COLUMNS = 100, 10
#: Pixels of an image on a sheet of mixed sizes, and the share of its cell that it may fill.
_TILE, _FILLED = 96, 0.94
_LABEL = "label"
#: What the legend calls images without a class.
_NONE = "no value"
_AXES = ("x", "y", "z")


def draw_map(
    artifact: Artifact,
    color: str | None,
    values: Artifact | None,
    hidden: Collection[str],
    title: str | None,
) -> go.Figure:
    """Draw a map with one point an image.

    Args:
        artifact: A projection.
        color: Column that colors it; by default the first of `values`, or the classes. An empty
            name colors all points alike.
        values: Computed values of the same images.
        hidden: Names of classes that the legend hides.
        title: Stands above it.

    Raises:
        NotFound: There is no such column.
    """
    table = artifact.table() if values is None else artifact.table(values)
    dimensions = artifact.arrays["points"][1]
    axes = _AXES[:dimensions]
    if color is None:
        names = list(table)
        last = names.index(axes[-1])
        color = names[last + 1] if values is not None else _LABEL if _LABEL in table else None
    elif color and color not in table:
        columns = [name for name in table if not name.endswith("_names") and name != "row"]
        raise NotFound(f"This map has no column '{color}'; it has {', '.join(columns)}.")
    figure = go.Figure()
    draw = go.Scattergl if dimensions == 2 else go.Scatter3d
    size = 5 if dimensions == 2 else 3

    def add(rows: NDArray[np.intp], marker: dict[str, Any], **more: Any) -> None:
        points = {axis: table[axis][rows] for axis in axes}
        hover = "image %{customdata}<extra>%{fullData.name}</extra>"
        trace = draw(**points, mode="markers", marker={"size": size, **marker}, **more)
        figure.add_trace(trace.update(customdata=rows, hovertemplate=hover))

    every = np.arange(len(table["x"]))
    if not color:
        add(every, {"color": MISSING}, name="images")
    elif f"{color}_names" not in table:
        bar = {"title": color}
        marker = {"color": table[color], "colorscale": "Viridis", "colorbar": bar}
        add(every, {**marker, "showscale": True}, name=color)
    else:
        codes = table[color]
        names = [str(name) for name in table[f"{color}_names"]]
        for code, (name, tone) in enumerate(zip(names, class_colors(names), strict=True)):
            shown = "legendonly" if name in hidden else True
            rows = np.flatnonzero(codes == code)
            if len(rows):
                add(rows, {"color": tone}, name=name, visible=shown)
        if (codes < 0).any():
            shown = "legendonly" if _NONE in hidden else True
            add(np.flatnonzero(codes < 0), {"color": MISSING}, name=_NONE, visible=shown)
    return _dress(figure, title, dimensions)


def draw_images(artifact: Artifact, title: str | None) -> go.Figure:
    """Draw the first images of a dataset on one sheet."""
    if "images" not in artifact.arrays:
        return _dress(_mixed_sheet(artifact), title, 2)
    count = min(_SHEET, artifact.arrays["images"][0])
    images = artifact.rows("images", 0, count)
    _, height, width, channels = images.shape
    lines = -(-count // _COLUMNS)
    gap = max(1, width // 16)
    sheet = np.full((lines * _COLUMNS, height + gap, width + gap, channels), 255, np.uint8)
    sheet[:count, :height, :width] = images
    tiles = sheet.reshape(lines, _COLUMNS, height + gap, width + gap, channels).swapaxes(1, 2)
    pixels = tiles.reshape(lines * (height + gap), _COLUMNS * (width + gap), channels)
    figure = go.Figure(go.Image(z=np.broadcast_to(pixels, (*pixels.shape[:2], 3))))
    figure.update_traces(hoverinfo="skip")
    return _dress(figure, title, 2)


def _mixed_sheet(artifact: Artifact) -> go.Figure:
    """Lay out images of mixed sizes as the server encodes them: nothing is decoded here."""
    count = min(_SHEET, artifact.arrays["sizes"][0])
    figure = go.Figure()
    for row in range(count):
        line, column = divmod(row, _COLUMNS)
        data = artifact.image_file(row, _TILE)
        kind = "png" if data.startswith(b"\x89PNG") else "jpeg"
        source = f"data:image/{kind};base64,{base64.b64encode(data).decode()}"
        place = {"x": column + 0.5, "y": -line - 0.5, "xanchor": "center", "yanchor": "middle"}
        size = {"sizex": _FILLED, "sizey": _FILLED, "xref": "x", "yref": "y"}
        figure.add_layout_image(source=source, sizing="contain", **place, **size)
    figure.update_xaxes(range=[0, _COLUMNS])
    figure.update_yaxes(range=[-math.ceil(count / _COLUMNS), 0])
    return figure


def _dress(figure: go.Figure, title: str | None, dimensions: int) -> go.Figure:
    """Take away the axes, which mean nothing, and keep their scales equal."""
    if dimensions == 2:
        figure.update_xaxes(visible=False)
        figure.update_yaxes(visible=False, scaleanchor="x")
    else:
        axes = {f"{axis}axis_visible": False for axis in _AXES}
        figure.update_scenes(aspectmode="data", **axes)
    legend = {"itemsizing": "constant"}
    return figure.update_layout(title=title, template="plotly_white", legend=legend)
