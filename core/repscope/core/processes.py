"""Telling one process from a later one that got its number."""

import psutil


def created_at(pid: int) -> float | None:
    """Return when a process was created (unix seconds), or nothing if there is none."""
    try:
        return float(psutil.Process(pid).create_time())
    except psutil.NoSuchProcess:
        return None


def kill_if_same(pid: int | None, created: float | None) -> bool:
    """Kill a process if it is still the one that was created then."""
    if pid is None or created is None:
        return False
    try:
        process = psutil.Process(pid)
        if abs(process.create_time() - created) > 0.01:
            return False
        process.kill()
    except psutil.NoSuchProcess:
        return False
    return True
