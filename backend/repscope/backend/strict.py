"""Request bodies: JSON as its standard has it, of bounded depth, and nothing that chokes later.

Python's reader takes NaN, numbers of any length, half a surrogate pair and a million brackets;
each would come back as a 500 somewhere further in.
"""

import json
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute

from repscope.backend.errors import BadRequest, InvalidRequest

#: Deepest nesting of objects and lists. A recipe takes two levels an input.
MAX_DEPTH = 100
#: Whole numbers with more digits than these are read as doubles, as a browser does.
_EXACT_DIGITS = 20


class StrictRequest(Request):
    """A request whose JSON body has been read before the framework asks for it."""

    _value: Any = None

    async def read(self) -> None:
        """Read and check the body.

        Raises:
            BadRequest: It is not JSON.
            InvalidRequest: It is JSON that no call of this server takes.
        """
        data = await self.body()
        kind = self.headers.get("content-type", "").partition(";")[0].strip().lower()
        if data and kind != "application/json":
            raise BadRequest("Send JSON, with the header Content-Type: application/json.")
        if data:
            self._value = parse(data)

    async def json(self) -> Any:
        """Return what `read` found."""
        return self._value


class StrictRoute(APIRoute):
    """A route whose JSON body is read strictly."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap the framework's handler."""
        handle = super().get_route_handler()
        if self.body_field is None:
            return handle

        async def handle_strictly(request: Request) -> Response:
            strict = StrictRequest(request.scope, request.receive)
            # Here and not inside `json()`: there the framework would replace our words.
            await strict.read()
            return await handle(strict)

        return handle_strictly


def parse(data: bytes) -> Any:
    """Read JSON.

    NaN and infinities are let through: the field that holds one is refused by name later.

    Raises:
        BadRequest: It is not JSON.
        InvalidRequest: It is JSON that no call of this server takes.
    """
    try:
        value = json.loads(data.decode("utf-8"), parse_int=_whole_number)
    except UnicodeDecodeError:
        raise BadRequest("The body is not UTF-8 text.") from None
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise BadRequest(f"The body is not valid JSON: {error.msg} at {place}.") from None
    except RecursionError:
        raise _too_deep() from None
    _check(value)
    return value


def _whole_number(text: str) -> int | float:
    return int(text) if len(text) <= _EXACT_DIGITS else float(text)


def _too_deep() -> InvalidRequest:
    return InvalidRequest(f"The body is nested more than {MAX_DEPTH} levels deep.")


def _check(value: Any) -> None:
    """Refuse what is too deep, and text that cannot be stored or sent."""
    level = [value]
    for _ in range(MAX_DEPTH):
        inner: list[Any] = []
        for entry in level:
            if isinstance(entry, dict):
                inner.extend(entry)
                inner.extend(entry.values())
            elif isinstance(entry, list):
                inner.extend(entry)
            elif isinstance(entry, str) and not _storable(entry):
                raise InvalidRequest("A text in the body holds a character that is not allowed.")
        if not inner:
            return
        level = inner
    raise _too_deep()


def _storable(text: str) -> bool:
    # Databases refuse NUL; half of a surrogate pair has no UTF-8.
    return "\0" not in text and not any("\ud800" <= c <= "\udfff" for c in text if c > "\u07ff")
