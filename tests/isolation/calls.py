"""One request of the matrix, and the ids in it that can be exchanged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

import httpx
import orjson

from assay.identifiers import new_id

_VOLATILE_HEADERS = frozenset({"date", "x-request-id"})


@dataclass(frozen=True, slots=True)
class Call:
    """A valid request. `ids` names every id in its address, its query and its body by kind."""

    method: str
    path: str
    ids: Mapping[str, str]
    query: Mapping[str, str] = field(default_factory=dict)
    content: bytes = b""
    content_type: str = "application/json"

    def exchanged(self, kinds: Mapping[str, str]) -> Call:
        """The same request with the ids of these kinds replaced, wherever they stand."""
        path, content = self.path, self.content
        query = dict(self.query)
        for kind, other in kinds.items():
            own = self.ids[kind]
            path = path.replace(own, other)
            content = content.replace(own.encode(), other.encode())
            query = {name: value.replace(own, other) for name, value in query.items()}
        return replace(self, path=path, query=query, content=content)

    async def send(self, client: httpx.AsyncClient) -> httpx.Response:
        headers = {"content-type": self.content_type} if self.content else {}
        url = f"{self.path}?{urlencode(self.query)}" if self.query else self.path
        return await client.request(self.method, url, content=self.content, headers=headers)


@dataclass(frozen=True, slots=True)
class Answer:
    """Everything of a response that a caller could tell two responses apart by."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes

    @staticmethod
    def of(response: httpx.Response) -> Answer:
        headers = [pair for pair in response.headers.raw if pair[0].decode().lower() not in _VOLATILE_HEADERS]
        return Answer(response.status_code, tuple(sorted(headers)), response.content)


def json_content(value: Any) -> bytes:
    return orjson.dumps(value)


def missing_id(own: str) -> str:
    """An id of the same form that stands for nothing: a new UUID, or a token of the same length."""
    made = str(new_id())
    return made if len(own) == len(made) and own.count("-") == 4 else "A" * len(own)
