"""Niceness that counts: Linux may share the processor among sessions before it looks at it."""

import os
from contextlib import suppress
from pathlib import Path

#: The most; the system gives such a process what others leave.
_NICENESS = 19
#: Of this process's session, where the kernel groups by them; see sched(7), "autogroup".
_SESSION = Path("/proc/self/autogroup")


def give_way() -> None:
    """Let this process take what time others leave."""
    os.nice(_NICENESS)
    stay_nice()


def stay_nice() -> None:
    """Give the session of this process, which is its own, the niceness that it has itself."""
    niceness = os.nice(0)
    if niceness > 0 and _SESSION.exists():
        with suppress(OSError):  # the kernel takes a change ten times a second at most
            _SESSION.write_text(str(niceness))
