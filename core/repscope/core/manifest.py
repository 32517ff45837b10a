"""What an artifact says of itself: where it comes from, and what it holds."""

from typing import Any

from pydantic import BaseModel, ConfigDict


class ArrayEntry(BaseModel):
    """What a manifest says of one array."""

    dtype: str
    shape: list[int]
    bytes: int
    """Size of the `.npy` file."""
    sha256: str


class FileEntry(BaseModel):
    """What a manifest says of one other file."""

    bytes: int
    sha256: str


class Manifest(BaseModel):
    """An artifact's description and provenance."""

    model_config = ConfigDict(extra="ignore")

    id: str
    kind: str
    method: str
    version: int
    recipe: dict[str, Any]
    arrays: dict[str, ArrayEntry] = {}
    files: dict[str, FileEntry] = {}
    meta: dict[str, Any] = {}
    metrics: dict[str, float] = {}
    seconds: float = 0.0
    libraries: dict[str, str] = {}
    created: float = 0.0
