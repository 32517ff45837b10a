"""What `repscope serve` says once it answers: where, and how one comes in."""

import ipaddress
import json
import os
import socket
import sys
import threading
import webbrowser
from urllib.parse import quote, urlsplit

from repscope.backend.access import Access
from repscope.core.settings import Settings


def announce(settings: Settings, url: str, access: Access | None, *, browser: bool) -> None:
    """Print where the server runs, and open it in a browser.

    A token that somebody chose is known to whoever needs it, and is not repeated.

    Args:
        settings: Of the server.
        url: Where it listens.
        access: What it demands, if anything.
        browser: Open it, where there is a display.
    """
    addresses = _reachable(url)
    links = addresses
    if access is not None and settings.token is None:
        links = [f"{each}/?token={quote(access.token)}" for each in addresses]
    if settings.log_format == "json":
        line = {"message": "Repscope runs", "links": links, "data": str(settings.data)}
        sys.stdout.write(json.dumps(line) + "\n")
    else:
        more = [f"  from other machines: {link}" for link in links[1:]]
        demanded = ["It asks for the token in REPSCOPE_TOKEN."] if settings.token else []
        first = f"Repscope runs at {links[0]} (Ctrl-C ends it)"
        lines = [first, *more, *demanded, f"Data folder: {settings.data}"]
        sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()
    # Without a display Python would start a browser inside the terminal.
    display = sys.platform == "darwin" or "DISPLAY" in os.environ or "WAYLAND_DISPLAY" in os.environ
    if browser and display:
        page = addresses[0] + (f"/?token={access.ticket()}" if access is not None else "")
        threading.Thread(target=webbrowser.open, args=(page,), daemon=True).start()


def _reachable(url: str) -> list[str]:
    """Return addresses that a browser can open: for `0.0.0.0`, this machine and its name."""
    parts = urlsplit(url)
    host = ipaddress.ip_address(parts.hostname or "")
    if not host.is_unspecified:
        return [url]
    return [f"http://{name}:{parts.port}" for name in ("127.0.0.1", socket.gethostname())]
