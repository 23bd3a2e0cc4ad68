"""One request to the engine, described without sending it. Both clients share these."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Generic, TypeVar, cast
from urllib.parse import quote

import orjson
from pydantic import TypeAdapter, ValidationError

from assay.errors import AssayError

T = TypeVar("T")
JSON_MEDIA_TYPE = "application/json"

Parameter = str | int | float | bool | uuid.UUID | Sequence[str] | None


@dataclass(frozen=True, slots=True)
class Upload:
    """A body that is sent in pieces as they are read: its size does not matter.

    `open` begins it anew; `replayable` says that this can be done more than once. `size` is in bytes, when
    it is known.
    """

    open: Callable[[], Iterator[bytes]]
    media_type: str
    size: int | None = None
    replayable: bool = True


@dataclass(frozen=True, slots=True)
class Call(Generic[T]):
    """A request, and how to read its answer.

    `path` is below the engine's address; `{tenant}` in it stands for the tenant of the caller's key.
    `repeatable` says that sending it twice does what sending it once does, so that it may be sent again when
    nobody knows whether it arrived.
    """

    method: str
    path: str
    answer: Callable[[bytes], T]
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    body: Any = None
    upload: Upload | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    repeatable: bool = False

    def query(self) -> dict[str, str | list[str]]:
        """The parameters that have a value, as text; a list stands for the same name several times."""
        return {name: _text(value) for name, value in self.parameters.items() if value is not None}

    def content(self) -> bytes | None:
        """The body as JSON."""
        return None if self.body is None else orjson.dumps(self.body, default=plain)


def _text(value: Parameter) -> str | list[str]:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float | uuid.UUID):
        return str(value)
    return list(value or ())


def plain(value: Any) -> Any:
    """Records and sets as JSON has them. Raises TypeError for what it cannot have."""
    dump = getattr(value, "model_dump", None)
    if dump is not None:
        return dump(mode="json", exclude_unset=True)
    if isinstance(value, frozenset | set | tuple):
        return list(value)
    raise TypeError(f"{type(value).__name__} cannot be sent as JSON")


def segment(value: object) -> str:
    """One segment of a path, whatever characters it holds."""
    return quote(str(value), safe="")


def new_idempotency_key() -> dict[str, str]:
    """The header that makes a create safe to send again."""
    return {"idempotency-key": str(uuid.uuid4())}


def answer_as(kind: type[T]) -> Callable[[bytes], T]:
    """Reads an answer as a `kind`: a record, or a list of them."""
    adapter = _adapter(cast(Hashable, kind))

    def read(content: bytes) -> T:
        try:
            return cast(T, adapter.validate_json(content))
        except ValidationError as error:
            raise AssayError(
                f"This client does not understand the answer: {error.error_count()} members are wrong.",
                advice="Is this address an Assay engine, and the client as new as the engine?",
            ) from None

    return read


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def no_answer(_: bytes) -> None:
    """For calls that answer nothing."""
