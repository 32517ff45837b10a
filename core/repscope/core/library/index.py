"""A list of all artifacts that is kept in memory: manifests never change, so each is read once."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from repscope.core.artifacts import ArtifactStore
from repscope.core.errors import NotFound
from repscope.core.manifest import Manifest
from repscope.core.recipes import ingredients
from repscope.core.uploads import digests_in

#: What a manifest says in more letters than this is left to the manifest.
_LONGEST = 10_000


@dataclass(frozen=True)
class Entry:
    """What the list knows of one artifact."""

    manifest: Manifest
    """Without those parts of `meta` that are long, such as the names of ten thousand files."""
    parts: frozenset[str]
    """Ids of everything that it stands on, directly or through others."""
    uploads: frozenset[str]
    """Checksums of the files that its own parameters name."""
    classes: int
    """Number of classes of a dataset, whose names may be long."""

    @property
    def id(self) -> str:
        """The recipe's id."""
        return self.manifest.id

    @property
    def own_title(self) -> str:
        """How it calls itself, or how it was made."""
        return own_title(self.manifest)


class Index:
    """All artifacts of a store, without the damaged, which `repscope doctor` names."""

    def __init__(self, store: ArtifactStore) -> None:
        """List those of `store`."""
        self._store = store
        self._lock = threading.Lock()
        #: Each with the time of its manifest, which tells it from one that was made again.
        self._known: dict[str, tuple[int, Entry | None]] = {}

    def __iter__(self) -> Iterator[Entry]:
        """Iterate over all that are there now, in no order."""
        with self._lock:
            found: dict[str, tuple[int, Entry | None]] = {}
            for artifact_id, stamp in self._stamps():
                known = self._known.get(artifact_id)
                if known is None or known[0] != stamp:
                    known = (stamp, self._read(artifact_id))
                found[artifact_id] = known
            self._known = found
        return iter([entry for _, entry in found.values() if entry is not None])

    def _stamps(self) -> Iterator[tuple[str, int]]:
        for path in self._store.root.glob("[0-9a-f][0-9a-f]/*"):
            stamp = _stamp(path / "manifest.json")
            if stamp is not None:
                yield path.name, stamp

    def _read(self, artifact_id: str) -> Entry | None:
        try:
            manifest = self._store.open(artifact_id).manifest
            parts = {part for part, _ in ingredients(manifest.recipe)}
            uploads = digests_in(manifest.recipe["params"])
        except (NotFound, ValidationError, KeyError, TypeError, AttributeError):
            return None
        brief = manifest.model_copy(update={"meta": _brief(manifest.meta)})
        classes = manifest.meta.get("classes")
        return Entry(
            brief,
            frozenset(parts - {artifact_id}),
            frozenset(uploads),
            len(classes) if isinstance(classes, list) else 0,
        )


def own_title(manifest: Manifest) -> str:
    """Return how an artifact calls itself, or how it was made."""
    title = manifest.meta.get("title")
    return title if isinstance(title, str) else f"{manifest.kind}/{manifest.method}"


def _stamp(path: Path) -> int | None:
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError:
        return None


def _brief(meta: dict[str, Any]) -> dict[str, Any]:
    """Leave out what is long; columns lose the names of their categories before they go."""
    brief = dict(meta)
    if len(json.dumps(meta.get("columns"))) > _LONGEST:
        brief["columns"] = [
            {name: value for name, value in column.items() if name != "categories"}
            for column in meta["columns"]
        ]
    return {name: value for name, value in brief.items() if len(json.dumps(value)) <= _LONGEST}
