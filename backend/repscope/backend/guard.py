"""What every request must pass, and what every response carries.

A server on a laptop is reachable from every page that its owner's browser opens. Three checks
keep those pages out: the Host must be one of ours (a foreign name that was rebound to 127.0.0.1
is not) unless a token is demanded, which such a page does not have; and what changes something or
holds a stream open must come from our own pages, by Origin and by Sec-Fetch-Site. Scripts send
neither header and pass.
"""

import re
from collections.abc import Iterable

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from repscope.backend.errors import Forbidden, error_response, unexpected_response
from repscope.core.errors import RepscopeError, TooLarge

#: Largest request body, in bytes. A recipe of two thousand parts takes less.
MAX_BODY = 2 * 1024 * 1024

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})

_HOST = re.compile(r"(?P<name>\[[0-9A-Fa-f:.]+\]|[^\[\]:]+)(:[0-9]{1,5})?")
_SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
_STREAMS = {"/api/events"}
#: Where files arrive: they go to the disk piece by piece, and that route has a bound of its own.
UPLOADS = "/api/uploads"

_CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob: data:",
        "font-src 'self'",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    ]
)

_HEADERS = {
    "Content-Security-Policy": _CONTENT_SECURITY_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class Guard:
    """Middleware that refuses foreign requests and dresses every response."""

    def __init__(self, app: ASGIApp, allowed_hosts: Iterable[str] | None = ()) -> None:
        """Let in requests that name loopback or one of `allowed_hosts`.

        Args:
            app: What lies behind.
            allowed_hosts: Nothing lets every name in, for a server that demands a token: a page
                that rebound its name to this machine has none.
        """
        self._app = app
        self._hosts = (
            LOOPBACK | {host.lower() for host in allowed_hosts}
            if allowed_hosts is not None
            else None
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def send_dressed(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
                if scope["path"].startswith("/api/"):
                    headers.setdefault("Cache-Control", "no-store")
            await send(message)

        try:
            headers = Headers(scope=scope)
            self._check_host(headers)
            if scope["method"] not in _SAFE_METHODS or scope["path"] in _STREAMS:
                _check_origin(headers)
            is_upload = scope["method"] == "PUT" and scope["path"] == UPLOADS
            receive_bounded = receive if is_upload else _bounded(headers, receive)
            await self._app(scope, receive_bounded, send_dressed)
        except Exception as error:
            if started:
                raise
            known = error if isinstance(error, RepscopeError) else None
            response = error_response(known) if known else unexpected_response(error)
            await response(scope, receive, send_dressed)

    def _check_host(self, headers: Headers) -> None:
        hosts = headers.getlist("host")
        name = _host_name(hosts[0]) if len(hosts) == 1 else ""
        if not name or (self._hosts is not None and name not in self._hosts):
            raise Forbidden(
                "This server does not answer to that host name; REPSCOPE_ALLOWED_HOSTS adds one."
            )


def _check_origin(headers: Headers) -> None:
    """Let in our own pages and programs that are no browser."""
    origin = headers.get("origin")
    if origin is not None:
        scheme, _, authority = origin.partition("://")
        if scheme not in {"http", "https"} or authority.lower() != headers["host"].lower():
            raise Forbidden("Another site's page may not do this.")
    if headers.get("sec-fetch-site", "none") not in {"same-origin", "none"}:
        raise Forbidden("Another site's page may not do this.")


def _host_name(host: str) -> str:
    """Strip the port from `name:port` and the brackets from `[::1]:port`."""
    match = _HOST.fullmatch(host)
    return match["name"].strip("[]").lower() if match else ""


def _bounded(headers: Headers, receive: Receive) -> Receive:
    """Count the bytes of the body, which need not be as many as its header says."""
    error = TooLarge(f"A request may have at most {MAX_BODY // 1024**2} MB.")
    declared = headers.get("content-length", "0")
    if not declared.isdecimal() or int(declared[:20]) > MAX_BODY:
        raise error
    seen = 0

    async def receive_counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > MAX_BODY:
            raise error
        return message

    return receive_counted
