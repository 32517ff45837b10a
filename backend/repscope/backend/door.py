"""The door: behind it lies everything, before it only the page that asks for the token.

A browser comes in by a link with `?token=`, or by the form; either sets a cookie that scripts of
the page cannot read and other sites cannot make it send. Programs show the token with each request
(`Authorization: Bearer ...`).
"""

import asyncio
from urllib.parse import parse_qs, quote, urlencode

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from repscope.backend.access import SESSION_SECONDS, Access, TooManyTries, Tries, Unauthorized
from repscope.backend.errors import error_response
from repscope.backend.sign_in import STYLE_PATH, passing_page, sign_in_page, style

#: What is answered to everyone: that the process lives, and how the page looks that asks.
OPEN_PATHS = frozenset({"/api/health/live", STYLE_PATH})

#: Seconds that each wrong token costs.
_PAUSE = 0.5
_FORM = "application/x-www-form-urlencoded"
_WRONG = "This is not the token of this server."


class Door:
    """Middleware that lets in who shows the token or a session."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        """Put a door before `app`."""
        self._app = app
        self._access = access
        self._tries = Tries()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        assert scope["type"] == "http", "this server speaks nothing else"
        request = Request(scope, receive)
        answer = await self._answer(request)
        await (answer or self._app)(scope, receive, send)

    async def _answer(self, request: Request) -> Response | None:
        """Return what to say at the door; nothing to let the request in."""
        path, headers = request.url.path, request.headers
        if path == STYLE_PATH:
            return style()
        if path in OPEN_PATHS:
            return None
        try:
            if (shown := _bearer(headers)) is not None:
                await self._check(request, shown)
                return None
            if request.method == "GET" and "token" in request.query_params:
                await self._check(request, request.query_params["token"])
                return self._welcome(request)
            if request.method == "POST" and headers.get("content-type", "").startswith(_FORM):
                form = parse_qs((await request.body()).decode(errors="replace"))
                await self._check(request, form.get("token", [""])[0].strip())
                return self._welcome(request)
            if self._access.is_session(request.cookies.get(self._access.cookie, "")):
                return None
            raise Unauthorized(
                "This server asks for its token: open the link that it printed, or send the "
                "header Authorization: Bearer TOKEN."
            )
        except (Unauthorized, TooManyTries) as error:
            return _refusal(request, error)

    async def _check(self, request: Request, token: str) -> None:
        """Compare a token.

        Raises:
            Unauthorized: It is another.
            TooManyTries: So were too many before it.
        """
        address = request.client.host if request.client else ""
        self._tries.check(address)
        if not self._access.fits(token):
            self._tries.wrong(address)
            await asyncio.sleep(_PAUSE)
            raise Unauthorized(_WRONG)

    def _welcome(self, request: Request) -> Response:
        """Begin a session, and go on to the page without the token in its address."""
        address = _without_token(request)
        answer: Response
        if _from_elsewhere(request):
            answer = passing_page(address)
        else:
            answer = RedirectResponse(address, status_code=303)
            answer.headers["Cache-Control"] = "no-store"
        answer.set_cookie(
            self._access.cookie,
            self._access.new_session(),
            max_age=SESSION_SECONDS,
            httponly=True,
            samesite="strict",
            secure=request.url.scheme == "https",
        )
        return answer


def _refusal(request: Request, error: Unauthorized | TooManyTries) -> Response:
    """Answer a browser with a page and a program with the one error body."""
    if "text/html" in request.headers.get("accept", ""):
        if _from_elsewhere(request) and "token" not in request.query_params:
            # It may well have a session.
            return passing_page(_without_token(request))
        tried = error.message if error.message == _WRONG or error.status == 429 else None
        answer: Response = sign_in_page(tried, error.status)
    else:
        answer = error_response(error)
    if error.status == 401:
        answer.headers["WWW-Authenticate"] = "Bearer"
    else:
        answer.headers["Retry-After"] = "60"
    return answer


def _from_elsewhere(request: Request) -> bool:
    """Tell whether a browser follows a link on another site, and so withholds our cookie."""
    site = request.headers.get("sec-fetch-site")
    return request.method == "GET" and site in {"cross-site", "same-site"}


def _without_token(request: Request) -> str:
    """Return path and query of a request, on this very server whatever it asked for."""
    rest = [(k, v) for k, v in request.query_params.multi_items() if k != "token"]
    # A path such as //elsewhere would be another server's address.
    path = "/" + quote(request.url.path.lstrip("/\\"))
    return path + (f"?{urlencode(rest)}" if rest else "")


def _bearer(headers: Headers) -> str | None:
    kind, _, value = headers.get("authorization", "").partition(" ")
    return value.strip() if kind.lower() == "bearer" else None
