"""What the engine answers, as typed values; and objects that are such values and have methods."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict

from assay.client.calls import Call, Parameter, answer_as, new_idempotency_key, no_answer
from assay.client.operations import Endpoint, M, operation, stream
from assay.client.session import Session

T = TypeVar("T")
R = TypeVar("R", bound="Endpoint[Any]")

Answer = dict[str, Any]
"""An answer to a task: a value for each field of the interface."""

LARGEST_PAGE = 500


class Record(BaseModel):
    """A value that the engine answered. Members that a newer engine adds are kept."""

    model_config = ConfigDict(frozen=True, extra="allow", ignored_types=(operation, stream))


class Page(Record, Generic[T]):
    items: list[T]
    next_cursor: str | None = None


class Caller(Endpoint[M]):
    """Something that makes calls below one address."""

    def __init__(self, session: Session, path: str) -> None:
        self._session = session
        self._path = path

    async def _get(self, suffix: str, kind: type[T], **parameters: Parameter) -> T:
        return await self._session.send(
            Call("GET", self._path + suffix, answer_as(kind), parameters, repeatable=True)
        )

    async def _create(self, suffix: str, kind: type[T], body: Any, **parameters: Parameter) -> T:
        """Make something new. A key that names this one makes it safe to send again."""
        return await self._session.send(
            Call(
                "POST",
                self._path + suffix,
                answer_as(kind),
                parameters,
                body,
                headers=new_idempotency_key(),
                repeatable=True,
            )
        )

    async def _act(
        self,
        suffix: str,
        kind: type[T],
        body: Any = None,
        *,
        repeatable: bool = False,
        **parameters: Parameter,
    ) -> T:
        """Do something that may not be done twice, unless `repeatable` says that twice is like once."""
        return await self._session.send(
            Call("POST", self._path + suffix, answer_as(kind), parameters, body, repeatable=repeatable)
        )

    async def _tell(self, suffix: str, body: Any = None) -> None:
        """Do something that has no answer."""
        await self._session.send(Call("POST", self._path + suffix, no_answer, body=body))

    async def _change(self, suffix: str, kind: type[T], changes: Any, **parameters: Parameter) -> T:
        """Set the members that are given."""
        return await self._session.send(
            Call("PATCH", self._path + suffix, answer_as(kind), parameters, changes, repeatable=True)
        )

    async def _put(self, suffix: str, kind: type[T], body: Any, *, repeatable: bool = True) -> T:
        return await self._session.send(
            Call("PUT", self._path + suffix, answer_as(kind), body=body, repeatable=repeatable)
        )

    async def _delete(self, suffix: str, **parameters: Parameter) -> None:
        await self._session.send(Call("DELETE", self._path + suffix, no_answer, parameters))

    async def _list(self, suffix: str, kind: type[T], **parameters: Parameter) -> AsyncIterator[T]:
        """Every entry of a list, page after page."""
        cursor: str | None = None
        limit = parameters.pop("limit", LARGEST_PAGE)
        while True:
            page = await self._get(suffix, Page[kind], limit=limit, cursor=cursor, **parameters)  # type: ignore[valid-type]
            for entry in page.items:
                yield entry
            cursor = page.next_cursor
            if cursor is None:
                return


class Resource(Record, Caller[M]):
    """A record with methods: it knows its address and the session that it came from."""

    def __init__(self, **members: Any) -> None:
        BaseModel.__init__(self, **members)

    def _at(self, session: Session, path: str) -> Any:
        """This record, able to make calls."""
        object.__setattr__(self, "_session", session)
        object.__setattr__(self, "_path", path)
        return self
