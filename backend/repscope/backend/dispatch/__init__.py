"""How the server reaches its workers: over a socket when embedded, through Celery on servers."""

from typing import Any, Protocol

from repscope.core.settings import Settings


class Dispatcher(Protocol):
    """The way to the workers. What to make is in the job table; this only carries the news."""

    def wake(self) -> None:
        """Tell idle workers that something is queued; returns at once, and may be lost."""

    async def exchange(self, request: dict[str, Any]) -> bytes:
        """Carry one live call to a worker and its answer, a frame, back.

        Raises:
            Unavailable: No worker answers, or not in time.
        """

    def close(self) -> None:
        """Hang up."""


def make_dispatcher(settings: Settings) -> Dispatcher:
    """Choose by whether there is a broker."""
    if settings.redis_url is not None:
        # Here, since importing Celery takes as long as all the rest.
        from repscope.backend.dispatch.broker import CeleryDispatcher

        return CeleryDispatcher(settings.redis_url)
    from repscope.backend.dispatch.embedded import SocketDispatcher

    return SocketDispatcher(settings.live_socket)
