"""Artifacts: what was made, its arrays as NumPy, its picture as Plotly, its files on disk."""

import hashlib
import io
import json
import math
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from repscope.client.described import Described
from repscope.client.disk import cache, write_whole
from repscope.client.texts import with_texts
from repscope.client.wire import Wire
from repscope.core.errors import RepscopeError

if TYPE_CHECKING:
    import plotly.graph_objects as go

#: Arrays of more bytes than this are kept in a file and mapped instead of held in memory.
LARGE = 256 * 1024 * 1024
_ENCODER = ".safetensors"
_TABLES = ("csv", "npz", "parquet")
#: What a dataset is written as, by the ending of the file.
_EXPORTS = {
    ".zip": "images.zip",
    ".csv": "table.csv",
    ".parquet": "table.parquet",
    ".npz": "arrays.npz",
}


class Artifact(Described):
    """Something finished: a dataset, an embedding, a map, ... All but its title never changes."""

    def __init__(self, wire: Wire, manifest: dict[str, Any]) -> None:
        """Wrap what the server says of an artifact."""
        super().__init__(manifest)
        self._wire = wire

    @classmethod
    def fetch(cls, wire: Wire, artifact_id: str) -> Self:
        """Ask the server for an artifact's manifest."""
        return cls(wire, wire.json("GET", f"/artifacts/{artifact_id}"))

    def array(self, name: str) -> NDArray[Any]:
        """Fetch one array.

        A large one is kept in a cache on disk under its checksum and mapped, read-only.

        Raises:
            NotFound: There is no such array; the message names those there are.
            RepscopeError: What arrived is not what was made.
        """
        entry = self.entry(name)
        if entry["bytes"] > LARGE:
            path = cache() / f"{entry['sha256']}.npy"
            if not path.exists():
                self._download(f"arrays/{name}.npy", entry, path)
            return np.asanyarray(np.load(path, mmap_mode="r", allow_pickle=False))
        file = io.BytesIO()
        for piece in self._pieces(f"arrays/{name}.npy", entry):
            file.write(piece)
        file.seek(0)
        return np.asanyarray(np.load(file, allow_pickle=False))

    def rows(self, name: str, first: int, end: int) -> NDArray[Any]:
        """Fetch rows `first` to `end` of an array, and nothing else of it.

        Raises:
            NotFound: There is no such array.
            IndexError: There are no such rows.
        """
        entry = self.entry(name)
        dtype, (count, *shape) = np.dtype(entry["dtype"]), entry["shape"]
        if not 0 <= first <= end <= count:
            raise IndexError(f"'{name}' has {count} rows.")
        size = math.prod(shape) * dtype.itemsize
        start = entry["bytes"] - count * size  # where the header ends
        path = f"/artifacts/{self.id}/arrays/{name}.npy"
        wanted = self._wire.stream(path, start + first * size, start + end * size)
        data = b"".join(wanted) if end > first else b""
        return np.frombuffer(data, dtype).reshape(end - first, *shape)

    def image_file(self, row: int, size: int | None = None) -> bytes:
        """Fetch one image of a dataset as a file, PNG up to 64 pixels and JPEG above.

        Args:
            row: Which.
            size: Its longest side in pixels, at most.

        Raises:
            NotFound: It is no dataset, or has no such row.
        """
        query = "" if size is None else f"?size={size}"
        return self._wire.raw("GET", f"/datasets/{self.id}/images/{row}{query}")

    def mosaic(self, columns: int = 8, rows: int = 4, size: int = 48) -> bytes:
        """Fetch one picture of images that are evenly spread over a dataset.

        Args:
            columns: Images side by side, 1 to 16.
            rows: Images above each other, 1 to 16.
            size: Side of an image in pixels, 8 to 128; each is cut to a square.

        Returns:
            A JPEG, or a PNG with transparent places between small images and where there are too
            few.

        Raises:
            NotFound: It is no dataset.
        """
        query = f"?columns={columns}&rows={rows}&size={size}"
        return self._wire.raw("GET", f"/datasets/{self.id}/mosaic{query}")

    def atlas_page(self, page: int, size: int | None = None) -> bytes:
        """Fetch a page of a dataset's thumbnails, a JPEG, once its `atlas/sprites` is made.

        Args:
            page: Which, from 0.
            size: Side of a thumbnail in pixels, as in the recipe of the atlas.

        Raises:
            NotFound: It is no dataset, has no such page, or its atlas has not been made.
        """
        query = "" if size is None else f"?size={size}"
        return self._wire.raw("GET", f"/datasets/{self.id}/atlas/{page}{query}")

    def table(self, *values: "Artifact") -> dict[str, NDArray[Any]]:
        """Fetch a map, or computed values, as columns with one entry an image.

        Args:
            values: Further values of the same images, to stand beside.

        Returns:
            `row`, the columns of the dataset, `x`, `y` (and `z`) or the values, and further
            values. Classes are numbers, -1 for none; `NAME_names` holds their names. Texts are
            Python strings.
        """
        with np.load(io.BytesIO(self._export("npz", values)), allow_pickle=False) as file:
            made = ("recipe", "joined_recipes")
            arrays = {name: file[name] for name in file.files if name not in made}
        return with_texts(arrays)

    def figure(
        self,
        color: str | None = None,
        *,
        values: "Artifact | None" = None,
        hidden: Collection[str] = (),
        names: Sequence[str] | None = None,
        title: str | None = None,
    ) -> "go.Figure":
        """Draw a map, a matrix, the first images of a dataset, or what a probe measured.

        Args:
            color: Column of `table` that colors a map; by default the first of `values`, or the
                classes where there are any. An empty name colors all points alike.
            values: Computed values to color a map by.
            hidden: Names of classes that the legend hides.
            names: What the rows of a matrix are called; their numbers when left out.
            title: Stands above it.

        Returns:
            A figure of Plotly.

        Raises:
            RepscopeError: It is none of these, or has no such column.
            ValueError: There are more or fewer names than rows.
        """
        # Here, since loading Plotly takes as long as all the rest.
        from repscope.client.figure import draw_images, draw_map

        if self.kind in ("rdm", "similarity"):
            from repscope.client.matrices import draw_matrix, draw_placement

            draw = draw_placement if "points" in self.arrays else draw_matrix
            return draw(self, names, title)
        if "points" in self.arrays:
            return draw_map(self, color, values, hidden, title)
        if "images" in self.arrays or "sizes" in self.arrays:
            return draw_images(self, title)
        if self.kind == "probe":
            from repscope.client.probes import draw_probe

            return draw_probe(self, title)
        raise RepscopeError(
            f"This {self.kind} has no figure: maps, matrices, datasets and probes have one, "
            f"other artifacts have arrays ({', '.join(self.arrays) or 'none'})."
        )

    def save(self, path: str | Path) -> Path:
        """Write it to disk.

        Args:
            path: A file that ends with .csv, .npz or .parquet gets a map or values as a table; one
                with .safetensors an encoder's weights and, in its header, its card. A folder gets
                everything as it is: manifest.json, an .npy file an array, weights.
        """
        path = Path(path)
        if path.suffix == _ENCODER:
            write_whole(path, self._wire.download(f"/artifacts/{self.id}/encoder{_ENCODER}"))
            return path
        ending = path.suffix.removeprefix(".")
        if ending in _TABLES:
            path.write_bytes(self._export(ending, ()))
            return path
        path.mkdir(parents=True, exist_ok=True)
        for name, entry in self.manifest["arrays"].items():
            self._download(f"arrays/{name}.npy", entry, path / f"{name}.npy")
        for name, entry in self.manifest["files"].items():
            self._download(name, entry, path / name)
        (path / "manifest.json").write_text(json.dumps(self.manifest, indent=1), "utf-8")
        return path

    def rename(self, title: str | None = None, *, note: str | None = None) -> Self:
        """Give it a title or a note, for everybody; what it is does not change.

        Args:
            title: Empty for its own; nothing leaves it as it is.
            note: Empty for none; nothing leaves it as it is.
        """
        said = {"title": title, "note": note}
        body = {name: text for name, text in said.items() if text is not None}
        self.manifest = self._wire.json("PATCH", f"/artifacts/{self.id}", body)
        return self

    def dependents(self) -> dict[str, list[Any]]:
        """Tell what stands on it: `artifacts`, `jobs` under way, `selections`, `uploads`."""
        found: dict[str, list[Any]] = self._wire.json("GET", f"/artifacts/{self.id}/dependents")
        return found

    def delete(self, *, cascade: bool = False) -> None:
        """Delete it from the server.

        Args:
            cascade: Also what stands on it.

        Raises:
            Conflict: Something stands on it, or a job under way needs it.
        """
        query = "?cascade=true" if cascade else ""
        self._wire.raw("DELETE", f"/artifacts/{self.id}{query}")

    def export(self, path: str | Path, selection: "Artifact | None" = None) -> Path:
        """Write a dataset, or some rows of it, to disk.

        Args:
            path: A file that ends with .zip gets the images in folders with `metadata.csv`, to be
                brought in again; .csv and .parquet a table; .npz images and columns as arrays.
            selection: Rows of it; nothing for all.

        Raises:
            ValueError: The path has another ending.
        """
        path = Path(path)
        file = _EXPORTS.get(path.suffix)
        if file is None:
            raise ValueError(f"A dataset goes into {', '.join(_EXPORTS)}, not '{path.suffix}'.")
        query = f"?selection={selection.id}" if selection is not None else ""
        address = f"/datasets/{self.id}/export/{file}{query}"
        write_whole(path, self._wire.download(address))
        return path

    def _export(self, ending: str, values: "tuple[Artifact, ...]") -> bytes:
        ids = ",".join(each.id for each in values)
        query = f"?with={ids}" if ids else ""
        return self._wire.raw("GET", f"/artifacts/{self.id}/export.{ending}{query}")

    def _pieces(self, file: str, entry: dict[str, Any]) -> Iterator[bytes]:
        """Fetch a file piece by piece, and see in the end that it is what was made."""
        digest = hashlib.sha256()
        for piece in self._wire.stream(f"/artifacts/{self.id}/{file}", 0, entry["bytes"]):
            digest.update(piece)
            yield piece
        if digest.hexdigest() != entry["sha256"]:
            raise RepscopeError(
                f"'{file}' is not what was made: its checksum differs. "
                "`repscope doctor` on the server says more."
            )

    def _download(self, file: str, entry: dict[str, Any], path: Path) -> None:
        """Write a file in whole or not at all."""
        write_whole(path, self._pieces(file, entry))
