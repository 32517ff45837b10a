"""The backend starts fast because of what it does not load."""

import subprocess
import sys

HEAVY = {
    "torch",
    "torchvision",
    "timm",
    "sklearn",
    "scipy",
    "numba",
    "umap",
    "celery",
    "plotly",
    "pyarrow",
}


def loaded(*modules: str) -> set[str]:
    code = f"import sys, {', '.join(modules)}; print(*sys.modules)"
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    return {name.partition(".")[0] for name in result.stdout.split()}


def test_the_server_loads_no_machine_learning() -> None:
    found = loaded("repscope.backend.app", "repscope.backend.server", "repscope.backend.serve")
    assert not found & HEAVY
    assert "repscope" in found


def test_the_command_starts_workers_before_it_loads_the_framework() -> None:
    found = loaded("repscope.backend.cli", "repscope.backend.serve")
    assert not found & (HEAVY | {"fastapi", "starlette", "uvicorn", "PIL"})
