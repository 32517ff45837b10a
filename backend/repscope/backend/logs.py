"""One line a request, under an id that comes back to whoever asked.

Lines name path and outcome, never the query, a header or who asked. What only looks is told at
level `debug`, since a page asks for hundreds of pictures.
"""

import logging
import re
import time
import uuid

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from repscope.backend.metrics import Metrics
from repscope.core.logs import about

log = logging.getLogger(__name__)

#: Below it lie all routers but the page's.
API = "/api/"
HEADER = "X-Request-ID"
#: What another program may call a request.
_SANE = re.compile(r"[A-Za-z0-9._:-]{1,64}")
_LOOKS = {"GET", "HEAD", "OPTIONS"}


class RequestLog:
    """Middleware that names, times and counts requests."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        """Count the requests to `app` in `metrics`."""
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get(HEADER, "")
        request_id = given if _SANE.fullmatch(given) else uuid.uuid4().hex[:16]
        begun = time.perf_counter()

        async def send_named(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)[HEADER] = request_id
                self._tell(scope, message["status"], time.perf_counter() - begun)
            await send(message)

        with about(request=request_id):
            await self._app(scope, receive, send_named)

    def _tell(self, scope: Scope, status: int, seconds: float) -> None:
        """Write what came of a request; of a stream, that it began."""
        self._metrics.request(_template(scope), scope["method"], status, seconds)
        quiet = scope["method"] in _LOOKS and status < 400
        log.log(
            logging.DEBUG if quiet else logging.INFO,
            "%s %s: %d in %.0f ms",
            scope["method"],
            scope["path"],
            status,
            1000 * seconds,
        )


def _template(scope: Scope) -> str:
    """Return the route's pattern: ids would make one time series each."""
    pattern = str(getattr(scope.get("route"), "path", "none"))
    # The framework's newer releases leave out the prefix under which a router was included.
    inside = scope["path"].startswith(API) and not pattern.startswith(API)
    return API.rstrip("/") + pattern if inside else pattern
