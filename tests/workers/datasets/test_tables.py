"""Tables beside images, and what their columns become."""

import numpy as np
import pytest

from repscope.core.texts import Texts
from repscope.workers.datasets.inference import MOST_CATEGORIES, infer
from repscope.workers.datasets.tables import Tables, Unusable, table_files
from tests.workers.datasets.mutation import mutations

IMAGES = ["set/a/1.jpg", "set/a/2.jpg", "set/b/1.jpg", "set/b/3.png"]


def read(text: str, path: str = "set/labels.csv") -> Tables:
    tables = Tables(IMAGES)
    tables.add(path, text.encode())
    return tables


@pytest.mark.parametrize(
    "text",
    [
        "name,class\na/1.jpg,x\nb/1.jpg,y\nset/b/3.png,z\n",
        "class;name\nx;a/1.jpg\ny;b/1.jpg\nz;3.png\n",
        "class\tname\nx\t./a/1.jpg\ny\tb\\1.jpg\nz\t3\n",
        '\ufeffclass,"the, file"\r\nx,"a/1.jpg"\r\n\r\ny,b/1.jpg\r\nz,3.png',
    ],
    ids=["by path", "semicolons", "tabs and no ending", "quotes, a mark and a blank line"],
)
def test_images_are_found_by_their_names(text: str) -> None:
    tables = read(text)
    assert tables.titles == ["class"]
    assert tables.label == "class"
    assert tables.column("class", IMAGES) == ["x", "", "y", "z"]


def test_a_name_that_two_images_have_names_none() -> None:
    tables = read("file,label\n1.jpg,x\n2.jpg,y\n3.png,z\n")
    assert tables.column("label", IMAGES) == ["", "y", "", "z"]


def test_a_table_of_each_folder() -> None:
    tables = Tables(IMAGES)
    tables.add("set/a/metadata.csv", b"file_name,width\n1.jpg,5\n2.jpg,6\n")
    tables.add("set/b/metadata.csv", b"file_name,height\n1.jpg,7\n3.png,8\n")
    assert tables.titles == ["width", "height"]
    assert tables.column("width", IMAGES) == ["5", "6", "", ""]
    assert tables.column("height", IMAGES) == ["", "", "7", "8"]


def test_a_split_is_one_only_if_all_its_fields_are() -> None:
    names = "file,set\na/1.jpg,train\na/2.jpg,dev\nb/1.jpg,{}\nb/3.png,Test\n"
    assert read(names.format("training")).split == "set"
    assert read(names.format("")).split == "set"
    assert read(names.format("spring")).split is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "0 columns"),
        ("file,label\n", "names of the images"),
        ("file,label\nother.jpg,x\n", "names of the images"),
        ("a," * 200 + "\n", "201 columns"),
        ('file,label\na/1.jpg,"' + "x" * 200_000 + '"\n', "table"),
        ("file,label\na/1.jpg," + "x" * 120_000 + "\n", "larger"),
    ],
)
def test_what_is_no_table_of_these_images(text: str, words: str) -> None:
    with pytest.raises(Unusable, match=words):
        read(text)


def test_tables_are_told_by_their_names() -> None:
    names = ["x/a.csv", "x/Labels.CSV", "metadata.tsv", "labels.csv.txt", "x/y/label.csv"]
    assert table_files(names) == ["metadata.tsv", "x/Labels.CSV", "x/y/label.csv"]


def test_mutated_tables_are_read_or_refused() -> None:
    good = b"file,label,n\na/1.jpg,x,1\na/2.jpg,y,2\nb/1.jpg,x,3\nb/3.png,z,4\n"
    read = 0
    for data in mutations(good):
        tables = Tables(IMAGES)
        try:
            tables.add("set/labels.csv", data)
        except Unusable:
            continue
        read += 1
        for title in tables.titles:
            infer(title, tables.column(title, IMAGES), set())
    assert read > 10


def values(fields: list[str]) -> tuple[str, object]:
    inferred = infer("A title", fields, set())
    assert inferred is not None
    name = inferred.description["array"]
    array = inferred.arrays[name]
    if inferred.description["type"] == "text":
        return "text", Texts(array, inferred.arrays[f"{name}_offsets"])[:]
    return inferred.description["type"], array.tolist()


def test_numbers_categories_and_texts() -> None:
    kind, numbers = values(["1", " 2.5 ", "NA", "-1e3"])
    np.testing.assert_array_equal(numbers, [1.0, 2.5, np.nan, -1000.0])
    assert kind == "number"
    assert values(["b10", "b9", "", "b9"]) == ("category", [1, 0, -1, 0])
    many = [f"sentence {n}" for n in range(100)]
    assert values([*many, "none"]) == ("text", [*many, ""])
    assert values(["x" * 101, "y"]) == ("text", ["x" * 101, "y"])
    assert values([str(n % (MOST_CATEGORIES + 1)) + "a" for n in range(5000)])[0] == "text"


@pytest.mark.parametrize("odd", ["1_000", "inf", "1e400", "1e39", "0x10", "1,5"])
def test_what_only_looks_like_a_number(odd: str) -> None:
    assert values([odd, "1"])[0] == "category"


def test_names_are_for_urls_and_differ() -> None:
    taken = {"label"}
    names = [infer(title, ["1"], taken) for title in ("Label", "Größe (cm)", "größe, cm", "?!")]
    assert [each and each.description["name"] for each in names] == [
        "label_2",
        "gr_e_cm",
        "gr_e_cm_2",
        "column",
    ]
    assert infer("empty", ["", "n/a"], taken) is None
