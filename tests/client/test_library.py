"""Naming, exporting and deleting from Python, and texts of tables."""

import zipfile
from pathlib import Path

import numpy as np
import pytest

from repscope.client import Client, Conflict, NotFound, Recipe
from repscope.client.texts import with_texts
from tests.client.test_client import MAP


def test_texts_are_joined_and_all_else_is_left() -> None:
    data = np.frombuffer("aüb".encode(), np.uint8)
    joined = with_texts(
        {
            "row": np.arange(3),
            "caption": data,
            "caption_offsets": np.array([0, 3, 3, 4]),
            "odd_offsets": np.arange(2),
        }
    )
    assert list(joined) == ["row", "caption", "odd_offsets"]
    assert joined["caption"].tolist() == ["aü", "", "b"]


@pytest.mark.slow
def test_datasets_are_listed_named_and_deleted(repscope: Client) -> None:
    made = repscope.get(Recipe("dataset", "shapes", count=12, seed=11), progress=False)
    assert made.id == repscope.datasets()[0].id
    own = made.title
    assert made.rename("Twelve", note="for Monday").title == "Twelve"
    found = repscope.artifact(made.id)
    assert (found.title, found.note) == ("Twelve", "for Monday")
    assert found.rename("").title == own
    layout = repscope.get(
        Recipe(
            "projection",
            "pca",
            embedding=Recipe(
                "embedding", "embed", dataset=made, encoder=Recipe("encoder", "pixels")
            ),
        ),
        progress=False,
    )
    kinds = [each["kind"] for each in made.dependents()["artifacts"]]
    assert kinds == ["embedding", "projection"]
    with pytest.raises(Conflict, match="cascade=true"):
        made.delete()
    made.delete(cascade=True)
    for gone in (made, layout):
        with pytest.raises(NotFound):
            repscope.artifact(gone.id)


@pytest.mark.slow
def test_a_dataset_goes_to_the_disk(repscope: Client, tmp_path: Path) -> None:
    digits = repscope.get(Recipe("dataset", "digits"), progress=False)
    with zipfile.ZipFile(digits.export(tmp_path / "digits.zip")) as archive:
        assert len(archive.namelist()) == 1797 + 2
    with np.load(digits.export(tmp_path / "digits.npz")) as file:
        assert np.array_equal(file["images"], digits.array("images"))
    assert digits.export(tmp_path / "digits.csv").read_text().startswith("row,label\n")
    with pytest.raises(ValueError, match=r"\.parquet"):
        digits.export(tmp_path / "digits.xlsx")
    map_ = repscope.get(MAP, progress=False)
    with pytest.raises(NotFound, match="not a dataset"):
        map_.export(tmp_path / "map.zip")
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "digits.csv",
        "digits.npz",
        "digits.zip",
    ]


@pytest.mark.slow
def test_rows_are_selected_and_saved_under_a_name(repscope: Client, tmp_path: Path) -> None:
    digits = repscope.get(Recipe("dataset", "digits"), progress=False)
    sevens = np.flatnonzero(digits.array("labels") == 7)
    made = repscope.select(digits, sevens[::-1], "sevens")
    assert np.array_equal(made.array("rows"), sevens)
    assert {name: each.id for name, each in repscope.selections(digits).items()} == {
        "sevens": made.id
    }
    assert repscope.select(digits, sevens, "sevens").id == made.id
    with pytest.raises(Conflict, match="'sevens' already"):
        repscope.select(digits, [1, 2], "sevens")
    for rows in ([], [-1], [1797]):
        with pytest.raises(ValueError, match="from 0 to 1,796"):
            repscope.select(digits, rows)
    lines = digits.export(tmp_path / "sevens.csv", made).read_text().splitlines()
    assert len(lines) == len(sevens) + 1
    assert lines[1] == f"{sevens[0]},7"
