"""Figures with Plotly, in the colors of the page."""

import re
from pathlib import Path

import numpy as np
import pytest
from scipy.spatial.distance import squareform

from repscope.client import Client, NotFound, Recipe, RepscopeError
from repscope.client.palette import MANY, MISSING, NAMED, OKABE_ITO, class_colors
from tests.client.test_client import DIGITS, MAP, PIXELS

PAGE = Path(__file__).parents[2] / "frontend" / "src" / "color" / "palette.ts"


def test_the_colors_are_those_of_the_page() -> None:
    source = PAGE.read_text()
    classes, named = source.split("const NAMED", 1)
    hexadecimal = re.compile(r"\b[0-9A-F]{6}\b")
    assert hexadecimal.findall(classes) == [*OKABE_ITO, *MANY[7:]]
    block = named.split("};", 1)[0]
    assert dict(re.findall(r'(\w+): "([0-9A-F]{6})"', block)) == NAMED
    red, green, blue = re.search(r"MISSING: Rgb = \[(\d+), (\d+), (\d+)\]", source).groups()
    assert f"#{int(red):02X}{int(green):02X}{int(blue):02X}" == MISSING


def test_classes_that_are_colors_have_their_own() -> None:
    assert class_colors(["red", "Blue"]) == ["#D93A36", "#2F6FE0"]
    assert class_colors(["red", "sky"]) == ["#0072B2", "#E69F00"]
    assert len(set(class_colors([str(i) for i in range(50)]))) == 50


@pytest.mark.slow
def test_a_map_by_classes(repscope: Client) -> None:
    figure = repscope.get(MAP).figure(hidden=("3",), title="PCA of digits")
    assert [trace.name for trace in figure.data] == [str(digit) for digit in range(10)]
    assert [trace.marker.color for trace in figure.data] == class_colors(list("0123456789"))
    assert [trace.visible for trace in figure.data].count("legendonly") == 1
    assert sum(len(trace.x) for trace in figure.data) == 1797
    assert figure.layout.yaxis.scaleanchor == "x"
    assert figure.layout.title.text == "PCA of digits"


@pytest.mark.slow
def test_a_map_in_space_by_computed_values(repscope: Client) -> None:
    space = repscope.get(Recipe("projection", "pca", embedding=PIXELS, dimensions=3))
    clusters = repscope.get(Recipe("clusters", "kmeans", embedding=PIXELS, k=4))
    figure = space.figure(values=clusters)
    assert len(figure.data) == 4
    assert figure.data[0].type == "scatter3d"
    numbers = space.figure("x")
    assert np.array_equal(numbers.data[0].marker.color, space.table()["x"])
    with pytest.raises(NotFound, match=r"it has label, x, y, z\."):
        space.figure("hue")


@pytest.mark.slow
def test_a_sheet_of_images(repscope: Client) -> None:
    figure = repscope.get(DIGITS).figure()
    assert figure.data[0].z.shape == (90, 90, 3)
    with pytest.raises(RepscopeError, match="no figure"):
        repscope.get(PIXELS).figure()


@pytest.mark.slow
def test_what_probes_measured(repscope: Client) -> None:
    pixels = Recipe("encoder", "pixels")
    few = Recipe("dataset", "subset", dataset=DIGITS, take="stratified", count=120)
    options = {"dataset": few, "repetitions": 2}
    knn = repscope.get(Recipe("probe", "knn", encoder=pixels, **options))
    matrix = knn.figure().data[0]
    assert np.array_equal(matrix.customdata, knn.array("confusion"))
    assert np.nansum(matrix.z) == pytest.approx(10.0)
    table = repscope.get(Recipe("probe", "table", encoders=[pixels], shots=2, **options))
    names = [row["name"] for row in table.meta["rows"]]
    assert sorted(names) == ["Random weights (small ViT)", "Raw pixels"]
    assert list(table.figure().data[0].cells.values[0]) == names
    labels = repscope.get(Recipe("probe", "labels", encoder=pixels, amounts="shots", **options))
    curves = labels.figure(title="Few labels")
    assert [trace.name for trace in curves.data] == [c["name"] for c in labels.meta["curves"]]
    assert list(curves.data[0].x) == ["1 a class", "2 a class", "5 a class", "10 a class"]
    assert curves.data[0].error_y.array is not None
    assert curves.layout.title.text == "Few labels"


@pytest.mark.slow
def test_matrices_and_what_is_placed_by_them(repscope: Client) -> None:
    shapes = Recipe("dataset", "shapes", count=8)
    encoders = (Recipe("encoder", "pixels"), Recipe("encoder", "color_histogram", dataset=shapes))
    embeddings = [Recipe("embedding", "embed", dataset=shapes, encoder=each) for each in encoders]
    rdms = [Recipe("rdm", "pairwise", embedding=each) for each in embeddings]
    made = repscope.get(rdms[0])
    whole = made.figure().data[0].z
    assert np.array_equal(whole, squareform(made.array("rdm")))
    cka = repscope.get(Recipe("similarity", "cka", embeddings=embeddings))
    figure = cka.figure(names=["pixels", "colors"], title="CKA")
    assert np.array_equal(figure.data[0].z, cka.array("matrix"))
    assert figure.layout.yaxis.ticktext == ("pixels", "colors")
    assert figure.layout.yaxis.autorange == "reversed"
    with pytest.raises(ValueError, match="Give 2 names"):
        cka.figure(names=["pixels"])
    third = Recipe("rdm", "model", dataset=shapes, column="label")
    placed = repscope.get(Recipe("similarity", "mds", rdms=[*rdms, third]))
    figure = placed.figure(names=["pixels", "colors", "classes"])
    assert figure.data[0].text == ("pixels", "colors", "classes")
    assert np.array_equal(figure.data[0].x, placed.array("points")[:, 0])
