"""What processes write about themselves: one form for servers, worker hosts and runners.

As text for people, or as one JSON object a line for what collects logs:

    {"time": "2026-03-01T09:30:00.125Z", "level": "warning", "logger": "repscope.workers.host.loop",
     "message": "starting a new runner", "process": 4711, "worker": "worker-1", "job": "3f9a..."}

`request` and `job` stand there while a request or a job is under way, `worker` names a host, and
`error` holds a traceback. No secret may get into a line: what looks like one is struck out,
wherever it comes from.
"""

import json
import logging
import re
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType

from repscope.core.settings import Settings

#: What the present request or job is called; travels into threads that a request starts.
_about: ContextVar[Mapping[str, str]] = ContextVar("repscope_about", default=MappingProxyType({}))

#: A password inside an address, and a token behind its name.
_SECRETS = re.compile(
    r"(?P<before>://[^\s/:@]*:)[^\s/@]+(?=@)|(?P<name>\btoken=|\bBearer\s+)[^\s&\"']+",
    re.IGNORECASE,
)


@contextmanager
def about(**names: str) -> Iterator[None]:
    """Name what the lines inside the block are about.

    Args:
        **names: `request`, `job` or `worker`, with its id.
    """
    token = _about.set({**_about.get(), **names})
    try:
        yield
    finally:
        _about.reset(token)


def set_up_logs(settings: Settings, handler: logging.Handler | None = None) -> None:
    """Make every logger of this process write in our form.

    Args:
        settings: `log_format` and `log_level`.
        handler: Where lines go; by default to standard error.
    """
    handler = handler or logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter() if settings.log_format == "json" else TextFormatter())
    logging.basicConfig(level=settings.log_level.upper(), handlers=[handler], force=True)
    logging.captureWarnings(True)


class TextFormatter(logging.Formatter):
    """`2026-03-01 09:30:00,125 WARNING repscope.backend.reconciler [job 3f9a...]: ...`."""

    def __init__(self) -> None:
        """Prepare."""
        super().__init__("%(asctime)s %(levelname)s %(name)s%(about)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """Write one record."""
        names = " ".join(f"{name} {value}" for name, value in _about.get().items())
        record.about = f" [{names}]" if names else ""
        return _without_secrets(super().format(record))


class JsonFormatter(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """Write one record."""
        moment = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        line = {
            "time": f"{moment}.{int(record.msecs):03d}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _without_secrets(record.getMessage()),
            "process": record.process,
            **_about.get(),
        }
        if record.exc_info:
            line["error"] = _without_secrets(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)


def _without_secrets(text: str) -> str:
    return _SECRETS.sub(r"\g<before>\g<name>***", text)
