"""What `repscope.core` offers by name, and that it costs nothing until it is used."""

import subprocess
import sys

import pytest

from repscope import core


def test_every_name_is_there() -> None:
    assert {getattr(core, name).__name__ for name in core.__all__} == set(core.__all__)
    assert core.Recipe(kind="dataset", method="digits").method == "digits"


def test_others_are_not() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'Banana'"):
        core.Banana  # noqa: B018


def test_nothing_is_loaded_before_it_is_used() -> None:
    code = "import sys, repscope.core; print('pydantic' in sys.modules)"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "False"
