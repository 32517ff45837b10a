"""What `benchmarks.pretrain` writes: a section of a page, with tables and what they say."""

import statistics
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from repscope.client import Artifact

HEADING = "## Six objectives at one budget"
DEVICES = {"cpu": "CPU", "cuda": "GPU"}
#: Parameters of each objective.
Settings = dict[str, dict[str, Any]]


@dataclass
class Line:
    """What is measured of one encoder, over seeds."""

    name: str
    network: str
    knn: list[float] = field(default_factory=list)
    linear: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)


def lines(tables: list[Artifact], runs: dict[str, list[Artifact]], given: Settings) -> list[Line]:
    """Brings together what the seeds gave, best linear accuracy first."""
    found: dict[str, Line] = {}
    objectives = {run.id: name for name, made in runs.items() for run in made}
    for table in tables:
        for row in table.meta["rows"]:
            name = objectives.get(row["id"])
            key = f"`{name}`" if name else row["name"]
            network = f"`{given[name]['backbone']}`" if name else ""
            line = found.setdefault(key, Line(key, network))
            line.knn.append(row["knn"]["mean"])
            line.linear.append(row["linear"]["mean"])
    for name, made in runs.items():
        found[f"`{name}`"].seconds = [run.meta["run"]["seconds"] for run in made]
    return sorted(found.values(), key=lambda line: -statistics.mean(line.linear))


def write(page: Path, text: str) -> None:
    """Puts the section in its place on the page, or makes the page of it alone."""
    old = page.read_text() if page.is_file() else HEADING
    before, _, rest = old.partition(HEADING)
    _, line, after = rest.partition("\n## ")
    page.write_text(before + text + line + after)


def section(tables: list[Artifact], runs: dict[str, list[Artifact]], given: Settings) -> str:
    """Writes the results with what they say."""
    rows = lines(tables, runs, given)
    run, seeds = runs["supervised"][0].meta["run"], len(tables)
    seen, split = run["images_seen"], tables[0].meta["split"]
    epochs = {1: "once", 2: "twice"}.get(run["epochs"], f"{run['epochs']} times")
    table = [
        "| encoder | network | k-NN, % | linear, % | images/s | minutes |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for line in rows:
        speed = minutes = ""
        if line.seconds:
            speed = f"{seen / statistics.mean(line.seconds):,.0f}"
            minutes = f"{statistics.mean(line.seconds) / 60:.1f}"
        cells = [line.name, line.network, spread(line.knn), spread(line.linear), speed, minutes]
        table.append(f"| {' | '.join(cells)} |")
    settings = [
        f"| `{name}` | {', '.join(f'`{k}` {v}' for k, v in params.items())} |"
        for name, params in given.items()
    ]
    return "\n".join(
        [
            HEADING,
            "",
            f"Fashion-MNIST: {run['rows']['train']:,} images to train on and {split['test']:,} to "
            f"test with. Every objective saw each training image {epochs}, {seen:,} in all, from "
            f"{'one seed' if seeds == 1 else f'each of {seeds} seeds'}"
            f"{'' if seeds == 1 else '; what stands after ± is the standard deviation over them'}. "
            "Both probes of [evaluate.md](evaluate.md) read the last layer; they are fitted on the "
            "training images alone; of the settings, the crop of `supervised` and the rate and the "
            "momentum of `dino` were chosen by short runs on training images held out for it.",
            "",
            *table,
            "",
            verdict({line.name: line for line in rows}) + collapsed(runs),
            "",
            f"The budget is that of `{command(run['rows']['train'], run['epochs'], seeds)}`, "
            "which wrote this section; `--images 60000 --epochs 4` is ten minutes of one core "
            f"each. Times are wall clock on a {DEVICES[run['device']]}, and compare only where "
            "nothing else ran beside.",
            "",
            "| objective | settings |",
            "| --- | --- |",
            *settings,
            "",
        ]
    )


def command(images: int, epochs: int, seeds: int) -> str:
    """Writes the call that gives this budget."""
    budget = f"--images {images} --epochs {epochs} --seeds {seeds}"
    return f"python -m benchmarks.pretrain FOLDER {budget}"


def collapsed(runs: dict[str, list[Artifact]]) -> str:
    """Names the objectives of which a run ended in a collapse."""
    health = {
        name: [run.meta["run"]["snapshots"][-1]["health"]["alarm"] for run in made]
        for name, made in runs.items()
    }
    names = [f"`{name}`" for name, alarms in health.items() if any(alarms)]
    return f" A run of {listed(names)} collapsed." if names else ""


def verdict(found: dict[str, Line]) -> str:
    """Says in sentences what beats what."""

    def mean(line: Line, probe: str) -> float:
        return statistics.mean(getattr(line, probe))

    random = {line.name: line for line in found.values() if line.name.startswith("Random")}
    pixels = next(line for line in found.values() if line.name.startswith("Raw"))

    def untrained(line: Line) -> Line:
        """The same architecture before any training: `vit_micro` is a vit."""
        return random[f"Random weights ({line.network.strip('`').split('_')[0]})"]

    sentences = []
    for probe, words in (("knn", "k-NN"), ("linear", "the linear probe")):
        ours = [line for line in found.values() if line.network]
        behind = [line.name for line in ours if mean(line, probe) <= mean(untrained(line), probe)]
        below = [line.name for line in ours if mean(line, probe) <= mean(pixels, probe)]
        said = f"In {words}, "
        if behind:
            said += f"{listed(behind)} did no better than its network with random weights. "
        else:
            said += "every objective did better than its network with random weights. "
        if below:
            said += f"Raw pixels were better than {listed(below)}, or as good."
        else:
            said += "Every objective did better than raw pixels, too."
        sentences.append(said)
    return " ".join(sentences)


def listed(names: list[str]) -> str:
    """Writes a list as a sentence has it: a, b and c."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def spread(values: list[float]) -> str:
    """Writes mean and deviation in percent."""
    if len(values) == 1:
        return f"{100 * values[0]:.1f}"
    return f"{100 * statistics.mean(values):.1f} ± {100 * statistics.stdev(values):.1f}"
