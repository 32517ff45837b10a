"""A database that restarts is no reason to lose an hour's work."""

import logging
import threading
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from repscope.core.errors import StorageFull, Unavailable

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

#: Seconds between two tries.
_PAUSE = 0.5


class Patience:
    """Says a thing to the job table until it is heard.

    Nothing is written twice that matters: every write names the token of its attempt, and a host
    whose lease ran out meanwhile is told so.
    """

    def __init__(self, stopping: threading.Event) -> None:
        """Give up once `stopping` is set."""
        self._stopping = stopping

    def __call__(self, action: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call `action` until the database answers.

        Raises:
            Unavailable: The host shall stop meanwhile.
            StorageFull: Likewise.
        """
        missed = False
        while True:
            try:
                result = action(*args, **kwargs)
            except (Unavailable, StorageFull) as error:
                if not missed:
                    log.warning("%s", error)
                missed = True
                if self._stopping.wait(_PAUSE):
                    raise
            else:
                if missed:
                    log.info("the database answers again")
                return result
