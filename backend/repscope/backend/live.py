"""Live calls: forwarded to a worker that only serves them.

A slider asks for sixty pictures a second. For each view of each browser one call is on its way
and one waits; a newer one takes the place of the one that waits, so the answer that arrives is
always near the hand.
"""

import asyncio
from dataclasses import dataclass
from typing import Any

from repscope.backend.dispatch import Dispatcher
from repscope.core import frames
from repscope.core.errors import Conflict, MethodFailed, RepscopeError


class Superseded(Conflict):
    """A newer call of the same view took this one's place."""

    code = "superseded"

    def __init__(self) -> None:
        """Say so."""
        super().__init__("A newer call of this view took the place of this one.")


@dataclass
class _View:
    """One view of one browser, while it has a call on its way."""

    waiting: "asyncio.Future[None] | None" = None


class LiveClient:
    """Calls methods of queue `live`."""

    def __init__(self, dispatcher: Dispatcher) -> None:
        """Call workers on the way that `dispatcher` knows."""
        self._dispatcher = dispatcher
        self._views: dict[tuple[str, str], _View] = {}

    async def call(self, request: dict[str, Any], view: tuple[str, str] | None = None) -> bytes:
        """Run one live method.

        Args:
            request: `method`, `version`, `inputs` (ids), `params` and `seed`.
            view: Owner and name of the view that asks; its calls take turns.

        Returns:
            The answer, a frame (see `repscope.core.frames`).

        Raises:
            Superseded: A newer call of this view came before this one's turn.
            Unavailable: No live worker answers, or not in time.
        """
        if view is not None:
            await self._take_turn(view)
        try:
            answer = await self._dispatcher.exchange(request)
        finally:
            if view is not None:
                self._pass_turn(view)
        try:
            frames.check(answer)
        except RepscopeError as error:
            if error.code == MethodFailed.code:
                # A method that cannot do what was asked of it was asked the wrong thing.
                error.status = 422
            raise
        return answer

    async def _take_turn(self, view: tuple[str, str]) -> None:
        state = self._views.get(view)
        if state is None:
            self._views[view] = _View()
            return
        if state.waiting is not None and not state.waiting.done():
            state.waiting.set_exception(Superseded())
        turn = state.waiting = asyncio.get_running_loop().create_future()
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():  # its turn had come already
                self._pass_turn(view)
            raise

    def _pass_turn(self, view: tuple[str, str]) -> None:
        state = self._views[view]
        if state.waiting is not None and not state.waiting.done():
            state.waiting.set_result(None)
            state.waiting = None
        else:
            del self._views[view]
