"""A runner must not outlive its host: nobody would stop it, and it holds the device."""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def die_with_parent(parent: int) -> None:
    """Ask the system to kill this process when its parent dies.

    The end of standard input says the same, but the thread that reads it waits while a library
    holds the interpreter, for half a minute in the worst case. Only Linux offers this; elsewhere
    the thread has to do.

    Args:
        parent: Process number of the parent that was meant; it may be gone already.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
