"""Who may come in: one token for all, a signed cookie for each browser that has shown it.

A server that only its own machine reaches is open, unless a token was set. Any other demands one:
`REPSCOPE_TOKEN`, or one that is made once and kept with the data, so that links stay good when the
server starts again or has several processes.
"""

import hashlib
import hmac
import ipaddress
import os
import secrets
import time
from pathlib import Path
from typing import Self

from repscope.core.errors import RepscopeError
from repscope.core.settings import Settings

#: Seconds that a browser stays signed in.
SESSION_SECONDS = 30 * 24 * 3600
#: Seconds that the server's own browser has to follow its link.
_TICKET_SECONDS = 60.0

#: Wrong tokens that one address may show within so many seconds.
MOST_TRIES, TRIES_SECONDS = 10, 60.0
#: Addresses that are remembered for that.
_MOST_ADDRESSES = 10_000


class Unauthorized(RepscopeError):
    """The request shows neither the token nor a session."""

    status = 401
    code = "unauthorized"


class TooManyTries(RepscopeError):
    """Somebody guesses."""

    status = 429
    code = "too_many_tries"


class Access:
    """The token, and the sessions of those who have shown it."""

    def __init__(self, token: str, secret: bytes) -> None:
        """Demand `token`; sign sessions with `secret`."""
        self.token = token
        # Another token ends all sessions.
        self._key = hmac.digest(secret, token.encode(), "sha256")
        # Cookies know no ports: servers on other data must not overwrite this one's.
        self.cookie = f"repscope_session_{hashlib.sha256(secret).hexdigest()[:8]}"
        self._tickets: dict[str, float] = {}

    @classmethod
    def of(cls, settings: Settings) -> Self | None:
        """Read or make what these settings demand; nothing when everyone may come in."""
        if settings.token is None and is_loopback(settings.host):
            return None
        given = settings.token.get_secret_value() if settings.token is not None else None
        token = given or _kept(settings.keys / "token")
        return cls(token, _kept(settings.keys / "secret").encode())

    def fits(self, token: str) -> bool:
        """Tell whether this is the token, or a ticket that nobody has used yet."""
        if hmac.compare_digest(token.encode(), self.token.encode()):
            return True
        until = self._tickets.pop(hashlib.sha256(token.encode()).hexdigest(), 0.0)
        return until > time.monotonic()

    def ticket(self) -> str:
        """Return what opens the server once, within a minute.

        For the browser that the server starts: other people of the machine see its arguments.
        """
        ticket = secrets.token_urlsafe(32)
        digest = hashlib.sha256(ticket.encode()).hexdigest()
        self._tickets[digest] = time.monotonic() + _TICKET_SECONDS
        return ticket

    def new_session(self) -> str:
        """Return the value of a fresh cookie: its end, a random part and a signature."""
        text = f"{int(time.time()) + SESSION_SECONDS}.{secrets.token_hex(8)}"
        return f"{text}.{self._sign(text)}"

    def is_session(self, value: str) -> bool:
        """Tell whether a cookie's value was made here and has not expired."""
        text, _, signature = value.rpartition(".")
        if not hmac.compare_digest(signature.encode(), self._sign(text).encode()):
            return False
        return int(text.partition(".")[0]) > time.time()

    def _sign(self, text: str) -> str:
        return hmac.digest(self._key, text.encode(), "sha256").hex()


class Tries:
    """Counts the wrong tokens of each address, in memory."""

    def __init__(self) -> None:
        """Begin without any."""
        self._wrong: dict[str, list[float]] = {}

    def check(self, address: str) -> None:
        """See whether an address may try.

        Raises:
            TooManyTries: It was wrong too often.
        """
        limit = time.monotonic() - TRIES_SECONDS
        if sum(moment > limit for moment in self._wrong.get(_network(address), [])) >= MOST_TRIES:
            raise TooManyTries("Too many wrong tokens came from there; wait a minute.")

    def wrong(self, address: str) -> None:
        """Remember a wrong token."""
        network = _network(address)
        moments = self._wrong.pop(network, [])
        self._wrong[network] = [*moments[1 - MOST_TRIES :], time.monotonic()]
        if len(self._wrong) > _MOST_ADDRESSES:
            del self._wrong[next(iter(self._wrong))]  # the one that was silent for longest


def is_loopback(host: str) -> bool:
    """Tell whether only this machine reaches an address."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _network(address: str) -> str:
    """Return what one person has of addresses: with IPv6, a whole network."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4:
        return address
    return str(ipaddress.ip_network((parsed, 64), strict=False))


def _kept(path: Path) -> str:
    """Read a secret, which is made when absent; of two processes at once one makes it."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        return path.read_text()
    except FileNotFoundError:
        pass
    staged = path.with_name(f"{path.name}-{secrets.token_hex(4)}")
    descriptor = os.open(staged, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(32))
            file.flush()
            os.fsync(file.fileno())
        # Unlike a rename this does not replace what another process has just put there.
        os.link(staged, path)
    except FileExistsError:
        pass
    finally:
        staged.unlink()
    return path.read_text()
