"""Fetching what is published: progress in bytes, an end when nobody wants it, one clear error.

Libraries fetch through `urllib`; a handler of its opener watches the bytes as they are read, so
that a library's own code, checksums and mirrors stay as they are.
"""

import contextlib
import io
import lzma
import re
import socket
import tarfile
import urllib.request
import zipfile
import zlib
from collections.abc import Callable, Iterator
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from repscope.core.errors import MethodFailed, RepscopeError
from repscope.core.space import in_words

#: Seconds without a byte after which a server counts as gone, and until it takes a connection.
_PATIENCE = 60.0
_CONNECTING = 10.0
#: What broken archives raise when they are unpacked.
_DAMAGED = (EOFError, tarfile.TarError, zipfile.BadZipFile, zlib.error, lzma.LZMAError)

#: Hears of the share of the present file that is here, if its size is known, and says it in words.
Heard = Callable[[float | None, str], None]


class _Plain(HTTPConnection):
    """A connection that fails soon where nobody takes it, and then waits for slow servers."""

    def connect(self) -> None:
        self.timeout = _CONNECTING
        super().connect()
        self.sock.settimeout(_PATIENCE)


class _Secure(_Plain, HTTPSConnection):
    """The same over TLS."""


class _Http(urllib.request.HTTPHandler):
    def http_open(self, request: urllib.request.Request) -> HTTPResponse:
        return self.do_open(_Plain, request)


class _Https(urllib.request.HTTPSHandler):
    def https_open(self, request: urllib.request.Request) -> HTTPResponse:
        return self.do_open(_Secure, request)


class _Watch(urllib.request.BaseHandler):
    """Tells of each piece that is read of an answer."""

    handler_order = 900

    def __init__(self, heard: Heard) -> None:
        self._heard = heard

    def http_response(
        self, request: urllib.request.Request, response: HTTPResponse
    ) -> HTTPResponse:
        name = unquote(PurePosixPath(urlsplit(request.full_url).path).name) or request.host
        total, read, done = response.length, response.read, 0

        def watched(amount: int | None = None) -> bytes:
            nonlocal done
            data = read(amount)
            done += len(data)
            of = f" of {in_words(total)}" if total else ""
            self._heard(done / total if total else None, f"{name}: {in_words(done)}{of}")
            return data

        response.read = watched  # type: ignore[method-assign,assignment]
        return response

    https_response = http_response


def require_network(host: str, port: int | None = None) -> None:
    """Find out soon that there is no network: libraries load long, and try again for minutes.

    Args:
        host: A server whose name is known everywhere.
        port: Where it must take a connection; None asks for its name alone.

    Raises:
        OSError: There is none. Behind a proxy, which looks names up itself, nothing is asked.
    """
    if {"http", "https", "all"} & set(urllib.request.getproxies()):
        return
    if port is None:
        socket.getaddrinfo(host, None)
    else:
        socket.create_connection((host, port), _CONNECTING).close()


@contextlib.contextmanager
def watched(heard: Heard) -> Iterator[None]:
    """Watch what `urllib` fetches inside the block; bars that libraries draw are not shown.

    Args:
        heard: What it raises, such as `Cancelled`, ends the download.
    """
    urllib.request.install_opener(urllib.request.build_opener(_Watch(heard), _Http, _Https))
    try:
        with contextlib.redirect_stderr(io.StringIO()):
            yield
    finally:
        urllib.request.install_opener(urllib.request.build_opener())


@contextlib.contextmanager
def explained(name: str, advice: str) -> Iterator[None]:
    """Turn what goes wrong while something is fetched into one sentence.

    Args:
        name: What is fetched.
        advice: What to do where there is no network, as half a sentence.

    Raises:
        MethodFailed: In place of the libraries' own errors.
    """
    try:
        yield
    except RepscopeError:
        raise
    except _DAMAGED as error:
        raise MethodFailed(
            f"A file of {name} arrived damaged ({_last_line(error)}); try again."
        ) from error
    except ModuleNotFoundError as error:
        raise MethodFailed(
            f"{name} needs the package {error.name}; install it on the server with pip."
        ) from error
    except (RuntimeError, OSError, HTTPException) as error:
        text = str(error)
        if "corrupted" in text:  # how torchvision calls a checksum that differs
            raise MethodFailed(
                f"A file of {name} has another checksum than its publisher's; try again, and if "
                "it stays so, do not trust the server that it comes from."
            ) from error
        if "pip install" in text:
            raise MethodFailed(f"{name} needs another package: {_last_line(error)}") from error
        raise MethodFailed(
            f"{name} could not be downloaded: there is no network here, or its server does not "
            f"answer ({_last_line(error)}); {advice}."
        ) from error


def _last_line(error: BaseException) -> str:
    """Return the last line of an error's text, without what only programmers read."""
    lines = [line.strip(" .:") for line in str(error).splitlines() if line.strip()]
    plain = re.sub(r"<urlopen error (.*)>$", r"\1", lines[-1]) if lines else type(error).__name__
    return re.sub(r"^\[Errno -?\d+\] ", "", plain)[:200]
