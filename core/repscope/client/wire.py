"""Calls to the server: JSON and bytes, patient with one that starts anew, errors as exceptions."""

import http.client
import json
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterable, Iterator, Mapping
from email.message import Message
from typing import IO, Any

from repscope.core.errors import (
    Cancelled,
    Conflict,
    InvalidRecipe,
    MethodFailed,
    NotFound,
    RepscopeError,
    StorageFull,
    TooLarge,
    Unavailable,
)

#: Seconds that one call may be silent; a live call takes twenty at most.
_TIMEOUT = 60.0
#: Seconds before the second try of a call, and at most before a later one.
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 2.0
_CHUNK = 1 << 20


class Unauthorized(RepscopeError):
    """The server demands its token: in `Client(url, token)`, or in REPSCOPE_TOKEN."""

    status = 401
    code = "unauthorized"


_ERRORS = {
    each.code: each
    for each in (
        Conflict,
        InvalidRecipe,
        MethodFailed,
        NotFound,
        StorageFull,
        TooLarge,
        Unauthorized,
    )
}


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """The server never redirects a call, and a token must not follow one elsewhere."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, *_: Any
    ) -> None:
        """Follow none."""


class Wire:
    """The line to one server.

    Every call may be made twice without harm, since recipes name their results. So a call that
    meets a server which is about to start, or a broker that is away, is made again for a while.
    """

    def __init__(self, url: str, token: str | None, patience: float) -> None:
        """Prepare; nothing is sent yet.

        Args:
            url: Where the server answers; the link that it printed, with its token, will do.
            token: What lets in where the server demands it.
            patience: Seconds for which a call is made again.

        Raises:
            ValueError: That is no address of a server.
        """
        parts = urllib.parse.urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.netloc or parts.username:
            raise ValueError("The address of a server looks like http://127.0.0.1:8000.")
        self.url = urllib.parse.urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))
        self.url = self.url.rstrip("/")
        token = token or dict(urllib.parse.parse_qsl(parts.query)).get("token")
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._patience = patience
        self._opener = urllib.request.build_opener(_NoRedirects)
        self._met = False

    def json(self, method: str, path: str, body: Any = None) -> Any:
        """Make one call and read what it answers.

        Raises:
            RepscopeError: The server's sentence.
            Unavailable: It does not answer.
        """
        return json.loads(self.raw(method, path, body))

    def raw(self, method: str, path: str, body: Any = None) -> bytes:
        """Make one call and return the whole answer."""
        for _ in self._tries():
            with self._open(method, path, body) as answer:
                try:
                    return answer.read()
                except (OSError, http.client.HTTPException):
                    continue
        raise self.away()

    def stream(self, path: str, first: int, end: int) -> Iterator[bytes]:
        """Fetch bytes `first` to `end` of a file, piece by piece; a line that breaks is mended."""
        for _ in self._tries():
            wanted = {"Range": f"bytes={first}-{end - 1}"}
            try:
                with self._open("GET", path, headers=wanted) as answer:
                    while first < end and (piece := answer.read(min(_CHUNK, end - first))):
                        first += len(piece)
                        yield piece
            except (OSError, http.client.HTTPException):
                continue
            if first == end:
                return
        raise self.away()

    def download(self, path: str) -> Iterator[bytes]:
        """Fetch a file that the server writes while it sends it, piece by piece.

        Raises:
            Unavailable: The line broke; nobody knows where to go on.
        """
        with self._open("GET", path) as answer:
            try:
                while piece := answer.read(_CHUNK):
                    yield piece
            except (OSError, http.client.HTTPException):
                raise self.away() from None

    def listen(self, path: str) -> Iterator[tuple[str, str]]:
        """Listen to the server's events; a line that breaks is taken up again where it broke.

        Returns:
            Name and data of each event, as long as anybody listens.

        Raises:
            RepscopeError: The server's sentence.
            Unavailable: It does not answer.
        """
        last = ""
        while True:
            headers = {"Last-Event-ID": last} if last else {}
            with self._open("GET", path, headers=headers) as answer:
                try:
                    for event in _events(answer):
                        last = event["id"]
                        yield event["event"], event["data"]
                except (OSError, http.client.HTTPException):
                    pass
            time.sleep(_FIRST_PAUSE)

    def _open(
        self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None
    ) -> http.client.HTTPResponse:
        """Make one call until it is answered; a refusal is an error."""
        data = None if body is None else json.dumps(body, allow_nan=False).encode()
        request = urllib.request.Request(
            f"{self.url}/api{path}",
            data,
            {"Content-Type": "application/json", **self.headers, **(headers or {})},
            method=method,
        )
        refused: RepscopeError = self.away()
        for _ in self._tries():
            try:
                answer: http.client.HTTPResponse = self._opener.open(request, timeout=_TIMEOUT)
            except urllib.error.HTTPError as error:
                self._met = True
                with error:
                    refused = refusal(error.code, error.headers, error.read())
                if not isinstance(refused, Unavailable):
                    raise refused from None
            except (OSError, http.client.HTTPException):
                refused = self.away()
                if not self._met:  # a wrong address, rather than a server that starts anew
                    break
            else:
                self._met = True
                return answer
        raise refused from None

    def _tries(self) -> Iterator[None]:
        """Iterate as long as patience lasts, with growing pauses."""
        deadline = time.monotonic() + self._patience
        pause = _FIRST_PAUSE
        while True:
            yield
            if time.monotonic() + pause > deadline:
                return
            time.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)

    def away(self) -> Unavailable:
        """Return the error that says that nobody answers."""
        return Unavailable(
            f"No Repscope answers at {self.url}. `repscope serve` starts one; "
            "another address goes into Client(url) or REPSCOPE_URL."
        )


def _events(lines: Iterable[bytes]) -> Iterator[dict[str, str]]:
    """Read server-sent events, each of the fields `id`, `event` and `data`, on one line each."""
    fields: dict[str, str] = {}
    for line in lines:
        name, _, value = line.decode().rstrip("\r\n").partition(": ")
        if name:
            fields[name] = value
        elif "data" in fields:
            yield fields
            fields = {}


def refusal(status: int, headers: Message, body: bytes) -> RepscopeError:
    """Turn the one error body back into the error that it was."""
    try:
        detail = json.loads(body)["error"]
        code, message = str(detail["code"]), str(detail["message"])
    except (ValueError, KeyError, TypeError):
        kind = headers.get_content_type()
        return RepscopeError(f"That is no Repscope: it answers with {status} and {kind}.")
    place = {"field": detail.get("field"), "job": detail.get("job")}
    error: RepscopeError
    if status == Unavailable.status:
        error = Unavailable(message, **place)
    elif code == Cancelled.code:
        error = Cancelled(message)
    else:
        error = _ERRORS.get(code, NotFound if status == NotFound.status else RepscopeError)(
            message, **place
        )
    error.code, error.status = code, status
    return error
