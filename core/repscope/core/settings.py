"""The one reader of `REPSCOPE_*` environment variables."""

import hashlib
import os
import re
import sys
from pathlib import Path
from typing import Literal

from pydantic import ByteSize, Field, SecretStr, field_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, SettingsConfigDict

#: macOS allows 104 bytes with the closing zero, Linux 108.
_LONGEST_SOCKET_PATH = 103
_TOKEN = re.compile(r"[!-~]{16,256}")


def default_data_folder() -> Path:
    """Return the platform's place for a user's application data."""
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "repscope"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "repscope"


class Settings(BaseSettings):
    """Everything that can be configured; each field is the variable `REPSCOPE_<FIELD>`."""

    model_config = SettingsConfigDict(
        env_prefix="REPSCOPE_",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,  # one of them may be a secret
    )

    data: Path = Field(default_factory=default_data_folder, description="folder that holds all")
    host: str = Field("127.0.0.1", description="address that the server listens on")
    port: int = Field(8000, ge=0, le=65535, description="port that the server listens on")
    workers: int = Field(1, ge=1, le=64, description="worker hosts for jobs, embedded running")
    allowed_hosts: list[str] = Field(
        default_factory=list, description="host names beyond loopback that requests may name"
    )
    token: SecretStr | None = Field(
        None, description="what opens the server; beyond loopback one is made when none is given"
    )
    database_url: str | None = Field(
        None, description="PostgreSQL's address on servers; empty is SQLite in `data`"
    )
    redis_url: str | None = Field(
        None, description="address of Celery's broker on servers; empty starts workers by itself"
    )
    lease_seconds: float = Field(
        30.0, ge=1.0, le=3600.0, description="how long a silent host keeps its job"
    )
    warm_up: bool = Field(
        True, description="compile the numerical engines in the background when nothing goes on"
    )
    free_space_floor: ByteSize = Field(
        ByteSize(2**30), ge=0, description="bytes that stay free: below them no job is taken"
    )
    max_upload: ByteSize = Field(
        ByteSize(20 * 2**30), ge=1, description="bytes that one upload may have"
    )
    hub: Literal["all", "off"] | None = Field(
        None,
        description="who may have datasets downloaded by name: `all` who can come in, or `off`; "
        "empty is all on loopback and off beyond",
    )
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["text", "json"] = Field("text", description="for people or for machines")

    @field_validator("token")
    @classmethod
    def _hard_to_guess(cls, token: SecretStr | None) -> SecretStr | None:
        if token is not None and not _TOKEN.fullmatch(token.get_secret_value()):
            raise PydanticCustomError("token", "use 16 to 256 letters, digits and signs, no spaces")
        return token

    @property
    def database(self) -> str:
        """SQLAlchemy URL of the job table."""
        return self.database_url or f"sqlite:///{self.data / 'repscope.db'}"

    @property
    def store(self) -> Path:
        """Folder of the artifacts."""
        return self.data / "artifacts"

    @property
    def uploads(self) -> Path:
        """Folder of the files that people brought."""
        return self.data / "uploads"

    @property
    def downloads(self) -> Path:
        """Folder of the datasets that were fetched by name."""
        return self.data / "downloads"

    @property
    def work(self) -> Path:
        """Scratch folders of running jobs; they survive a crash of the job."""
        return self.data / "work"

    @property
    def run(self) -> Path:
        """Sockets and locks of the running server; only its owner may enter."""
        return self.data / "run"

    @property
    def live_socket(self) -> Path:
        """Where live calls are answered.

        In `run`, unless that lies too deep for the path of a socket.
        """
        path = self.run / "live.sock"
        if len(os.fsencode(path)) <= _LONGEST_SOCKET_PATH:
            return path
        name = hashlib.sha256(os.fsencode(self.data)).hexdigest()[:16]
        return Path("/tmp") / f"repscope-{os.getuid()}-{name}" / "live.sock"

    @property
    def logs(self) -> Path:
        """What the worker hosts say."""
        return self.data / "logs"

    @property
    def keys(self) -> Path:
        """Secrets of the servers on this data folder; only its owner may enter."""
        return self.data / "keys"

    @property
    def plugins(self) -> Path:
        """Methods that the user wrote."""
        return self.data / "plugins"


def get_settings() -> Settings:
    """Read the environment, now."""
    return Settings()
