"""Whether this server could serve and take work right now."""

import tempfile
from typing import Literal

from redis import Redis
from redis.exceptions import RedisError

from repscope.backend.services import Services
from repscope.core.errors import StorageFull, Unavailable
from repscope.core.space import require_space

#: Seconds that the broker gets to answer.
_BROKER_SECONDS = 1.0


def require_readiness(services: Services) -> None:
    """Try what every job needs: the job table, the store, room on the disk.

    Raises:
        Unavailable: One of them is missing; the message says which and what to do.
    """
    services.jobs.queued()
    folder = services.settings.store
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"\0")
            file.flush()
        require_space(folder, services.settings.free_space_floor)
    except StorageFull as error:
        raise Unavailable(error.message) from None
    except OSError as error:
        raise Unavailable(
            f"Nothing can be written into the data folder ({error.strerror}); "
            "see that it is there and belongs to the user that runs this server."
        ) from None


def broker_state(services: Services) -> Literal["none", "up", "down"]:
    """Tell whether the broker answers; maps and jobs go on without it."""
    url = services.settings.redis_url
    if url is None:
        return "none"
    patience = {"socket_timeout": _BROKER_SECONDS, "socket_connect_timeout": _BROKER_SECONDS}
    try:
        with Redis.from_url(url, **patience) as client:
            return "up" if client.ping() else "down"
    except (RedisError, OSError):
        return "down"
