"""Errors become RFC 9457 problem documents here and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.responses import Response

from assay.errors import (
    AssayError,
    Forbidden,
    InvalidInput,
    Malformed,
    NotFound,
    Problem,
    TooLarge,
    Unauthenticated,
)

MEDIA_TYPE = "application/problem+json"
_logger = structlog.get_logger("assay.problems")


class ProblemPlace(BaseModel):
    """One place in the input that is wrong."""

    path: str = Field(description="JSON Pointer into the request; `/query/...` for query parameters")
    rule: str = Field(description="stable name of the rule that was broken")
    message: str


class ProblemDocument(BaseModel):
    """What every error of this API looks like (RFC 9457)."""

    type: str = Field(description="names the kind of problem; the same for the same `code`")
    title: str
    status: int
    code: str = Field(description="stable, for programs")
    detail: str
    path: str | None = Field(default=None, description="JSON Pointer to the value that is wrong")
    advice: str | None = Field(default=None, description="what to do about it")
    problems: list[ProblemPlace] | None = None


class MethodNotAllowed(AssayError):
    code, status, title = "method_not_allowed", 405, "This address does not take that method"


_BY_STATUS: Mapping[int, type[AssayError]] = {
    400: Malformed,
    401: Unauthenticated,
    403: Forbidden,
    404: NotFound,
    405: MethodNotAllowed,
    413: TooLarge,
    422: InvalidInput,
}


def document(error: AssayError) -> dict[str, Any]:
    """The problem document of an error; members without a value are left out."""
    body: dict[str, Any] = {
        "type": f"urn:assay:problem:{error.code}",
        "title": error.title,
        "status": error.status,
        "code": error.code,
        "detail": error.detail,
    }
    if error.path is not None:
        body["path"] = error.path
    if error.advice is not None:
        body["advice"] = error.advice
    if error.problems:
        body["problems"] = [
            {"path": problem.path, "rule": problem.rule, "message": problem.message}
            for problem in error.problems
        ]
    return {**error.extra, **body}


def problem_response(error: AssayError) -> Response:
    headers = {"www-authenticate": "Bearer"} if error.status == 401 else None
    return Response(orjson.dumps(document(error)), error.status, headers, MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Make every error that leaves a route of `app` a problem document."""

    async def assay_error(_: Request, error: Exception) -> Response:
        assert isinstance(error, AssayError)
        if error.status >= 500:
            _logger.error("problem", code=error.code, detail=error.detail)
        return problem_response(error)

    async def validation_error(_: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        return problem_response(invalid_request(error.errors()))

    async def http_error(_: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        if isinstance(error.__cause__, AssayError):
            return problem_response(error.__cause__)
        kind = _BY_STATUS.get(error.status_code, AssayError)
        response = problem_response(kind(str(error.detail)))
        response.headers.update(error.headers or {})
        return response

    async def unexpected(request: Request, error: Exception) -> Response:
        # The text of an unexpected error may quote content, so neither the caller nor the log gets it.
        _logger.error("unexpected error", method=request.method, exc_info=error)
        return problem_response(
            AssayError(
                "An unexpected error; it was noted.", advice="Try again; if it stays, tell the operator."
            )
        )

    app.add_exception_handler(AssayError, assay_error)
    app.add_exception_handler(RequestValidationError, validation_error)
    app.add_exception_handler(HTTPException, http_error)
    app.add_exception_handler(Exception, unexpected)


def describe(document: dict[str, Any]) -> dict[str, Any]:
    """An OpenAPI document in which errors have the media type that they are sent with."""
    for path in document["paths"].values():
        for operation in path.values():
            content = operation["responses"]["default"]["content"]
            if "application/json" in content:
                content[MEDIA_TYPE] = content.pop("application/json")
    return document


def invalid_request(errors: Sequence[Any]) -> InvalidInput:
    """Pydantic's errors as one `InvalidInput`; what the caller sent is not quoted back."""
    problems = [
        Problem(path=_pointer(error["loc"]), rule=error["type"], message=error["msg"]) for error in errors
    ]
    first = problems[0] if problems else Problem("", "invalid", "The request is not valid")
    return InvalidInput(first.message, path=first.path, problems=problems)


def _pointer(location: Sequence[str | int]) -> str:
    """A JSON Pointer to a place in the body; other parts of the request keep their name in front."""
    parts = location[1:] if location and location[0] == "body" else location
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)
