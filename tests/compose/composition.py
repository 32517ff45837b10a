"""The compose files as Docker Compose reads them: anchors, variables, one file over another."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
BASE, GPU = ROOT / "docker-compose.yml", ROOT / "docker-compose.gpu.yml"

_VARIABLE = re.compile(r"\$\{(?P<name>\w+)(?:(?P<empty>:?)-(?P<default>[^}]*))?\}")
_DURATION = re.compile(r"(?:(\d+)m)?(?:(\d+)s)?")


def composition(*files: Path, variables: Mapping[str, str] | None = None) -> dict[str, Any]:
    """What the files say together.

    Args:
        files: The first, and those that are laid over it.
        variables: The caller's environment.
    """
    merged: Any = {}
    for file in files or (BASE,):
        merged = _merge(merged, yaml.safe_load(file.read_text()))
    for name, service in merged["services"].items():
        if (extended := service.pop("extends", None)) is not None:
            below = yaml.safe_load((ROOT / extended["file"]).read_text())["services"]
            merged["services"][name] = _merge(below[extended["service"]], service)
    filled: dict[str, Any] = _fill(merged, variables or {})
    for service in filled["services"].values():
        for mapping in (service.get("environment", {}), service.get("build", {}).get("args", {})):
            _hand_on(mapping, variables or {})
    return filled


def seconds(duration: str) -> float:
    """A duration such as `1m30s`."""
    found = _DURATION.fullmatch(duration)
    assert found is not None, duration
    return 60.0 * int(found[1] or 0) + int(found[2] or 0)


def _merge(below: Any, above: Any) -> Any:
    if isinstance(below, dict) and isinstance(above, dict):
        return {**below, **{k: _merge(below[k], v) if k in below else v for k, v in above.items()}}
    return above


def _fill(value: Any, variables: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _fill(each, variables) for key, each in value.items()}
    if isinstance(value, list):
        return [_fill(each, variables) for each in value]
    if not isinstance(value, str):
        return value

    def insert(found: re.Match[str]) -> str:
        given = variables.get(found["name"])
        takes_default = given is None or (given == "" and found["empty"] == ":")
        return (found["default"] or "") if takes_default else str(given)

    return _VARIABLE.sub(insert, value)


def _hand_on(mapping: dict[str, Any], variables: Mapping[str, str]) -> None:
    """A name without a value takes the caller's; where there is none it is left out."""
    for name in [name for name, value in mapping.items() if value is None]:
        if name in variables:
            mapping[name] = variables[name]
        else:
            del mapping[name]
