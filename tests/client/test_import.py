"""The client is light: a notebook needs neither the server nor the workers."""

import subprocess
import sys

PROGRAM = """
import sys

ALLOWED = {"numpy", "repscope", *sys.stdlib_module_names}


class Gate:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] not in ALLOWED:
            raise ImportError(f"{name} is loaded")
        return None


sys.meta_path.insert(0, Gate())
from repscope.client import Client, Recipe

Client("http://127.0.0.1:8000")
layers = {name.split(".")[1] for name in sys.modules if name.startswith("repscope.")}
assert layers == {"client", "core"}, layers
"""


def test_numpy_and_the_standard_library_are_enough() -> None:
    subprocess.run([sys.executable, "-c", PROGRAM], check=True)
