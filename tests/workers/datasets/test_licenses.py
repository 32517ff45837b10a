"""Which files tell the terms of images, and the line that they are told in."""

import pytest

from repscope.workers.datasets.licenses import license_files, license_line


def test_those_that_lie_highest_are_read_the_binding_ones_first() -> None:
    names = ["a/b/LICENSE", "a/licence.md", "a/ATTRIBUTION.txt", "a/b/c.png", "license/x.png"]
    assert license_files(names) == ["a/licence.md", "a/ATTRIBUTION.txt"]
    assert license_files(["COPYING", "LICENSE.rsatoolbox"]) == ["LICENSE.rsatoolbox", "COPYING"]
    assert license_files(["a.png", "license.png", "licensed.txt"]) == []


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", ""),
        ("CC BY 4.0\nfree to share.", "CC BY 4.0"),
        ("\nhttps://host/a.zip\n\nSee https://creativecommons.org/licenses/by/2.0/\n", "CC BY 2.0"),
        ("Terms: http://creativecommons.org/licenses/by-sa/4.0/", "CC BY-SA 4.0"),
        ("Creative Commons Legal Code\n\nCC0 1.0 Universal\n", "CC0 1.0"),
        ("The MIT License (MIT) Copyright 2017 Somebody", "MIT"),
        ("Some Suite\n\nReleased for unrestricted usage.\n", "Released for unrestricted usage."),
        ("https://host/a.zip\nAsk Ann.", "Ask Ann."),
        ("x" * 300, "x" * 200),
    ],
)
def test_a_line_of_the_terms(text: str, line: str) -> None:
    assert license_line(text) == line
