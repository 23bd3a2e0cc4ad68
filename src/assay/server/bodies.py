"""Reading request bodies within bounds: of size, and of depth."""

from __future__ import annotations

import math
import re
from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute
from pydantic_core import from_json
from starlette.exceptions import HTTPException

from assay.errors import AssayError, InvalidInput, Malformed, Problem, TooLarge

# What a number looks like that may not fit; where it is found, in a text perhaps, the numbers are looked at.
_LARGE_NUMBER = re.compile(rb"[0-9]{19}|[eE]\+?[0-9]{3}")


class BoundedRequest(Request):
    """A request whose body is refused as soon as it is longer than the installation allows."""

    async def body(self) -> bytes:
        if not hasattr(self, "_body"):
            limit: int = self.app.state.engine.settings.max_body_bytes
            chunks: list[bytes] = []
            length = 0
            async for chunk in self.stream():
                length += len(chunk)
                if length > limit:
                    raise _leaving(
                        TooLarge(
                            f"The body is longer than {limit} bytes.",
                            advice="Send large files to the import route, which streams them.",
                        )
                    )
                chunks.append(chunk)
            self._body = b"".join(chunks)
        return self._body

    async def json(self) -> Any:
        """The parsed body. The parser bounds the depth, so that nesting cannot exhaust the stack."""
        try:
            content = from_json(await self.body(), allow_inf_nan=False)
        except ValueError as error:
            raise _leaving(Malformed(f"The body is not JSON that can be read: {error}")) from None
        if _LARGE_NUMBER.search(await self.body()):
            _refuse_large_numbers(content, "")
        return content


class BoundedRoute(APIRoute):
    """A route that reads its body through `BoundedRequest`."""

    def get_route_handler(self) -> Callable[[Request], Awaitable[Response]]:  # type: ignore[override]
        handler = super().get_route_handler()

        async def bounded(request: Request) -> Response:
            return await handler(BoundedRequest(request.scope, request.receive))

        return bounded


def _refuse_large_numbers(value: Any, path: str) -> None:
    """Numbers that no column and no other program could hold; the parser has bounded the depth."""
    if isinstance(value, dict):
        for name, member in value.items():
            _refuse_large_numbers(member, f"{path}/{name.replace('~', '~0').replace('/', '~1')}")
    elif isinstance(value, list):
        for index, element in enumerate(value):
            _refuse_large_numbers(element, f"{path}/{index}")
    elif not _fits(value):
        message = "A whole number has at most 64 bits, and every number is finite"
        raise _leaving(InvalidInput(message, path=path, problems=[Problem(path, "number_size", message)]))


def _fits(value: Any) -> bool:
    if isinstance(value, int):
        return -(2**63) <= value < 2**64
    return not isinstance(value, float) or math.isfinite(value)


def _leaving(error: AssayError) -> HTTPException:
    """The framework lets only its own exceptions out of body parsing; the cause is what is reported."""
    carrier = HTTPException(error.status, error.detail)
    carrier.__cause__ = error
    return carrier
