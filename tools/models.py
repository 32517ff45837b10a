"""`python -m tools.models` writes the list of models that the page's chooser searches.

The list holds every model of the installed timm and torchvision: its name, parameters without the
classifier, input size, family, and what the name says of the data and the way of its training.
Building each, without weights, takes half an hour; the parameters of those that the list has
already are kept.
"""

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tools.model_tags import describe

FILE = Path(__file__).parent.parent / "frontend" / "src" / "models" / "list.json"
COLUMNS = ["name", "source", "parameters", "size", "family", "data", "training", "tuned"]

Row = list[Any]


def names() -> Iterator[tuple[str, str]]:
    """Yield library and name of each model, with its weights where it has some."""
    import timm
    from torchvision import models

    published = timm.list_models(pretrained=True)
    with_weights = {name.partition(".")[0] for name in published}
    for name in sorted([*published, *(n for n in timm.list_models() if n not in with_weights)]):
        yield "timm", name
    for name in models.list_models(models):
        for tag in models.get_model_weights(name).__members__:
            yield "torchvision", f"{name}.{tag}"


def row(library: str, name: str, parameters: int) -> Row:
    """Return what the list has of a model, in the order of `COLUMNS`."""
    from repscope.workers.encoders import timm, torchvision

    module = timm if library == "timm" else torchvision
    told = describe(library, name)
    size = module.own_preprocess(name).image_size
    return [name, library, parameters, size, _family(library, name), *told]


def count(library: str, name: str) -> int:
    """Return the parameters of a model without its classifier; nothing is computed."""
    from repscope.workers.encoders import timm, torchvision

    module = timm if library == "timm" else torchvision
    plan = module.plan(name, module.own_preprocess(name))
    return sum(parameter.numel() for parameter in plan.outline().parameters())


def read() -> list[Row]:
    """Return the list as it stands."""
    rows: list[Row] = json.loads(FILE.read_text("utf-8"))["rows"]
    return rows


def _family(library: str, name: str) -> str:
    architecture = name.partition(".")[0]
    if library == "torchvision":
        return architecture.partition("_")[0].rstrip("0123456789")
    from timm.models import _registry

    family: str = _registry._model_to_module[architecture]
    return family


def main() -> None:
    """Write the list."""
    known: dict[tuple[str, str], int] = {}
    with contextlib.suppress(FileNotFoundError):
        known = {(each[1], each[0].partition(".")[0]): each[2] for each in read()}
    rows = []
    for library, name in names():
        key = (library, name.partition(".")[0])
        if key not in known:
            print(f"building {name}", flush=True)
            known[key] = count(library, name)
        rows.append(row(library, name, known[key]))
    lines = ",\n".join(json.dumps(each) for each in rows)
    FILE.write_text(f'{{"columns": {json.dumps(COLUMNS)}, "rows": [\n{lines}\n]}}\n', "utf-8")
    print(f"{len(rows):,} models in {FILE}")


if __name__ == "__main__":
    main()
