"""Classes, splits and licenses from nothing but paths."""

from repscope.workers.datasets.folders import natural, places


def test_deeper_folders_say_nothing() -> None:
    found = places(["set/cat/old/1.png", "set/cat/2.png", "set/dog/3.png"])
    assert (found.top, found.classes, found.labels) == ("set", ["cat", "dog"], [0, 0, 1])


def test_folders_that_hold_everything_are_no_class() -> None:
    found = places(["data/photos/1.png", "data/photos/2.png"])
    assert (found.top, found.classes, found.labels) == ("data", [], [-1, -1])


def test_images_beside_folders_have_no_class() -> None:
    found = places(["1.png", "cat/2.png"])
    assert (found.top, found.classes, found.labels) == (None, ["cat"], [-1, 0])


def test_splits_only_when_all_are() -> None:
    assert places(["train/1.png", "cat/2.png"]).classes == ["cat", "train"]
    found = places(["x/TRAIN/1.png", "x/valid/a/2.png", "x/dev/b/3.png"])
    assert (found.splits, found.split) == (["train", "validation"], [0, 1, 1])
    assert (found.classes, found.labels) == (["a", "b"], [-1, 0, 1])


def test_two_comes_before_ten() -> None:
    assert natural(["10", "b2", "2", "b10", "01", "1", "a"]) == [
        "01",
        "1",
        "2",
        "10",
        "a",
        "b2",
        "b10",
    ]
    assert natural(["٣", "²", "1" * 5000, "é"])[0] == "1" * 5000
