"""Problem documents (RFC 9457) become the typed errors of `assay.errors` again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import orjson

from assay import errors
from assay.errors import AssayError, Problem, Unavailable

_GATEWAY_STATUSES = frozenset({502, 504})
"""What proxies answer while the engine behind them does not."""
_STANDARD_MEMBERS = frozenset({"type", "title", "status", "code", "detail", "path", "advice", "problems"})


def error_of(status: int, content: bytes) -> AssayError:
    """The error that an answer with an error status stands for."""
    document = _document(content)
    if document is None:
        return _bare(status)
    kind = _kind(document.get("code"), status)
    extra = {name: value for name, value in document.items() if name not in _STANDARD_MEMBERS}
    if kind is AssayError:
        extra |= {"status": status, "code": document.get("code")}
    error = kind(
        str(document.get("detail") or document.get("title") or f"The engine answered {status}."),
        path=document.get("path"),
        advice=document.get("advice"),
        problems=list(_places(document.get("problems"))),
    )
    error.extra.update(extra)
    return error


def unreachable(address: str, error: httpx.TransportError) -> Unavailable:
    """The engine did not answer at all."""
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
        detail = f"There is no engine to be reached at {address}."
        return Unavailable(detail, advice="Check the address; `assay up` starts an engine on this machine.")
    detail = f"The connection to {address} broke off ({type(error).__name__})."
    return Unavailable(detail, advice="Nothing acknowledged is lost. Look at what is there, then try again.")


def _document(content: bytes) -> dict[str, Any] | None:
    try:
        document = orjson.loads(content)
    except orjson.JSONDecodeError:
        return None
    return document if isinstance(document, dict) else None


def _bare(status: int) -> AssayError:
    kind = _kind(None, status)
    detail = f"The engine, or a proxy before it, answered {status} without saying why."
    return kind(detail, status=status)


def _places(listed: Any) -> Iterator[Problem]:
    for place in listed if isinstance(listed, list) else ():
        if isinstance(place, dict):
            yield Problem(
                str(place.get("path", "")), str(place.get("rule", "")), str(place.get("message", ""))
            )


def _kind(code: Any, status: int) -> type[AssayError]:
    kinds = list(_descendants(AssayError))
    by_code = {kind.code: kind for kind in kinds if kind.__module__ == errors.__name__}
    if code in by_code:
        return by_code[code]
    if status in _GATEWAY_STATUSES:
        return Unavailable
    # The most general kind of a status comes first.
    by_status = {kind.status: kind for kind in reversed(kinds) if kind.__module__ == errors.__name__}
    return by_status.get(status, AssayError) if status != AssayError.status else AssayError


def _descendants(kind: type[AssayError]) -> Iterator[type[AssayError]]:
    yield kind
    for child in kind.__subclasses__():
        yield from _descendants(child)
