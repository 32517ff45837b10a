"""Responses of stored bytes: checksums as ETags, 304, ranges, from a memory map.

Stored bytes never change, so a browser that has them never needs to ask again.
"""

import mmap
import re
from pathlib import Path

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from repscope.backend.errors import error_response
from repscope.core.errors import RepscopeError

#: Bytes that are handed to the server at a time.
_CHUNK = 1024 * 1024

_IMMUTABLE = "private, max-age=31536000, immutable"
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


class RangeNotSatisfiable(RepscopeError):
    """The bytes that were asked for lie behind the end."""

    status = 416
    code = "range_not_satisfiable"


def caching_headers(etag: str) -> dict[str, str]:
    """Return the headers of content that never changes."""
    return {"ETag": f'"{etag}"', "Cache-Control": _IMMUTABLE}


def not_modified(request: Request, etag: str) -> Response | None:
    """Return a 304 when the client has this content already."""
    known = request.headers.get("if-none-match")
    if known is None:
        return None
    tags = [tag.strip().removeprefix("W/") for tag in known.split(",")]
    if "*" in tags or f'"{etag}"' in tags:
        return Response(status_code=304, headers=caching_headers(etag))
    return None


class StoredFile(Response):
    """A file of the store, or one range of it."""

    def __init__(self, path: Path, size: int, etag: str, media_type: str) -> None:
        """Send `size` bytes of the file at `path`, named by the checksum `etag`."""
        self._path = path
        self._size = size
        self._etag = etag
        self.status_code = 200
        self.media_type = media_type
        self.background = None
        self.init_headers({**caching_headers(etag), "Accept-Ranges": "bytes"})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send all of it, the range that was asked for, or the error."""
        first, end = 0, self._size
        asked = self._asked_range(Headers(scope=scope))
        if asked is not None:
            first, end = asked
            if first >= end:
                error = RangeNotSatisfiable(f"This content has {self._size} bytes.")
                response = error_response(error)
                response.headers["Content-Range"] = f"bytes */{self._size}"
                await response(scope, receive, send)
                return
            self.status_code = 206
            self.headers["Content-Range"] = f"bytes {first}-{end - 1}/{self._size}"
        self.headers["Content-Length"] = str(end - first)
        start = {"status": self.status_code, "headers": self.raw_headers}
        await send({"type": "http.response.start", **start})
        if scope["method"] == "HEAD" or first == end:
            await send({"type": "http.response.body", "body": b"", "more_body": False})
            return
        with (
            self._path.open("rb") as file,
            mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as pages,
        ):
            for position in range(first, end, _CHUNK):
                stop = min(position + _CHUNK, end)
                body = pages[position:stop]
                await send({"type": "http.response.body", "body": body, "more_body": stop < end})

    def _asked_range(self, headers: Headers) -> tuple[int, int] | None:
        """Return first byte and end of the one range that was asked for, if it is to be obeyed.

        Several ranges, and what is not a range, may be answered with all of it (RFC 9110, 14.2).
        """
        asked = _RANGE.fullmatch(headers.get("range", "").replace(" ", ""))
        if asked is None or headers.get("if-range", f'"{self._etag}"') != f'"{self._etag}"':
            return None
        first, last = asked.groups()
        if first:
            end = min(int(last) + 1, self._size) if last else self._size
            # `bytes=5-3` is no range at all, unlike one behind the end.
            return None if last and int(last) < int(first) else (int(first), end)
        if not last:
            return None
        return max(self._size - int(last), 0), self._size
