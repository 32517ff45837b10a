"""The socket that the server listens on."""

import errno
import socket

from repscope.core.errors import Conflict


def listen(host: str, port: int) -> socket.socket:
    """Take a port.

    Raises:
        Conflict: Another program has it.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With its protocol named, asyncio switches Nagle's delay off for each connection: 40 ms.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        # Or the port would stay taken for a minute after a server ended.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(socket.SOMAXCONN)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            reason = f"Port {port} is taken by another program; choose another with --port."
        else:
            reason = f"Port {port} of {host} cannot be used: {error.strerror}."
        raise Conflict(reason) from None
    return listener


def url_of(listener: socket.socket) -> str:
    """Return the address that a browser opens."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
