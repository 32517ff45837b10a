"""What a manifest says of an artifact."""

from typing import Any

from repscope.core.errors import NotFound


class Described:
    """An artifact as its manifest describes it; nothing is asked of the server."""

    def __init__(self, manifest: dict[str, Any]) -> None:
        """Take what the server said."""
        self.manifest = manifest

    @property
    def id(self) -> str:
        """Hash of the recipe, 32 hexadecimal digits."""
        return str(self.manifest["id"])

    @property
    def kind(self) -> str:
        """What it is: dataset, encoder, embedding, projection, ..."""
        return str(self.manifest["kind"])

    @property
    def title(self) -> str:
        """What people call it; its own title until somebody names it."""
        return str(self.manifest["title"])

    @property
    def note(self) -> str:
        """What somebody noted of it."""
        return str(self.manifest["note"])

    @property
    def recipe(self) -> dict[str, Any]:
        """The whole nested recipe, with which any server makes the same."""
        recipe: dict[str, Any] = self.manifest["recipe"]
        return recipe

    @property
    def meta(self) -> dict[str, Any]:
        """What the method says of its result."""
        meta: dict[str, Any] = self.manifest["meta"]
        return meta

    @property
    def metrics(self) -> dict[str, float]:
        """Numbers that the method measured."""
        metrics: dict[str, float] = self.manifest["metrics"]
        return metrics

    @property
    def arrays(self) -> dict[str, tuple[int, ...]]:
        """Names and shapes of the arrays."""
        return {name: tuple(entry["shape"]) for name, entry in self.manifest["arrays"].items()}

    def entry(self, name: str) -> dict[str, Any]:
        """What the manifest says of one array.

        Raises:
            NotFound: There is no such array; the message names those there are.
        """
        entry: dict[str, Any] | None = self.manifest["arrays"].get(name)
        if entry is None:
            names = ", ".join(self.arrays) or "none"
            raise NotFound(f"This {self.kind} has no array '{name}'; it has {names}.")
        return entry

    def __repr__(self) -> str:
        """Show what it is and which arrays it has."""
        shapes = [f"{name} {'×'.join(map(str, shape))}" for name, shape in self.arrays.items()]
        made = f"{self.kind}/{self.manifest['method']}"
        return f"<Artifact {self.id} {made}: {', '.join(shapes) or 'no arrays'}>"
