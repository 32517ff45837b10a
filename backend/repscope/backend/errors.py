"""From exceptions to the one error body.

    {"error": {"code": "invalid_recipe", "message": "One clear sentence.", "field": "params.k",
               "job": null, "recipe": null}}

A person reads `message`, a program reads `code`. Errors of the product carry both; what the
framework finds wrong with a request is put into one sentence here, and what nobody foresaw gets
a number that stands in the server's log.
"""

import logging
import uuid
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from repscope.backend.explain import explain
from repscope.core.errors import NotFound, RepscopeError

log = logging.getLogger("repscope.backend")

#: Longest message that is sent; what a person sent is quoted in it.
_LONGEST_MESSAGE = 600


class ErrorDetail(BaseModel):
    """What went wrong."""

    code: str = Field(description="for programs: one word for one kind of error")
    message: str = Field(description="for people: one sentence that says what to do")
    field: str | None = Field(None, description="path of the offending field, such as `params.k`")
    job: str | None = Field(None, description="id of the job that this is about")
    recipe: dict[str, Any] | None = Field(
        None, description="recipe to submit first, where something has not been made yet"
    )


class ErrorBody(BaseModel):
    """The body of every answer that is not a success."""

    error: ErrorDetail


class BadRequest(RepscopeError):
    """The bytes of the request cannot be read."""

    status = 400
    code = "bad_request"


class InvalidRequest(RepscopeError):
    """A value of the request is not one that this call takes."""

    status = 422
    code = "invalid_request"


class Forbidden(RepscopeError):
    """The request comes from where none may come."""

    status = 403
    code = "forbidden"


class NotMade(NotFound):
    """Something can be made from what is here, but nobody asked for it yet."""

    code = "not_made"

    def __init__(self, message: str, *, job: str, recipe: dict[str, Any]) -> None:
        """Name the recipe that makes it, and the id it will have."""
        super().__init__(message, job=job)
        self.recipe = recipe


def error_response(error: RepscopeError) -> JSONResponse:
    """Write one error of the product as a response."""
    message = error.message
    if len(message) > _LONGEST_MESSAGE:
        message = message[: _LONGEST_MESSAGE - 3] + "..."
    detail = ErrorDetail(
        code=error.code,
        message=message,
        field=error.field,
        job=error.job,
        recipe=getattr(error, "recipe", None),
    )
    return JSONResponse(ErrorBody(error=detail).model_dump(mode="json"), status_code=error.status)


def unexpected_response(error: Exception) -> JSONResponse:
    """Log an error that nobody foresaw under a fresh number, and answer with that number alone."""
    number = uuid.uuid4().hex[:8]
    log.error("unexpected error %s", number, exc_info=error)
    return error_response(
        RepscopeError(f"Something went wrong inside the server; its log has it as error {number}.")
    )


def install_error_handlers(app: FastAPI) -> None:
    """Make every error of `app` answer with the one error body."""

    @app.exception_handler(RepscopeError)
    async def known(request: Request, error: RepscopeError) -> JSONResponse:
        if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            log.warning("%s %s: %s", request.method, request.url.path, error.message)
        return error_response(error)

    @app.exception_handler(RequestValidationError)
    async def invalid(_request: Request, error: RequestValidationError) -> JSONResponse:
        message, field = explain(error.errors(), error.body)
        return error_response(InvalidRequest(message, field=field))

    @app.exception_handler(HTTPException)
    async def framework(request: Request, error: HTTPException) -> JSONResponse:
        response = error_response(_of_framework(request, error))
        response.headers.update(error.headers or {})
        return response


def _of_framework(request: Request, error: HTTPException) -> RepscopeError:
    """Put an error that the framework raised into our words."""
    path = request.url.path
    known: RepscopeError
    match error.status_code:
        case HTTPStatus.NOT_FOUND:
            known = NotFound(f"There is nothing at {path}; /docs lists all calls.")
        case HTTPStatus.METHOD_NOT_ALLOWED:
            known = BadRequest(f"{path} does not answer to {request.method}.")
            known.code = "method_not_allowed"
        case _:
            known = BadRequest(str(error.detail))
    known.status = error.status_code
    return known
