"""Public methods, written once for both clients.

A method is written as a coroutine over a `Session`. Called on an object of the blocking client it runs to
its end and gives the result; on an object of the asynchronous client it gives something to await. Which of
the two an object is, is its type parameter, so that type checkers and editors know as well.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from functools import wraps
from types import MethodType
from typing import Any, Concatenate, Generic, ParamSpec, overload

from typing_extensions import TypeVar

from assay.client.session import Session


class Mode:
    """How the methods of an object are called."""


class Blocking(Mode):
    """They give their results."""


class Async(Mode):
    """They are awaited."""


M = TypeVar("M", bound=Mode, default=Blocking)
T = TypeVar("T")
P = ParamSpec("P")


class Endpoint(Generic[M]):
    """Something whose methods make calls."""

    _session: Session


class operation(Generic[P, T]):  # noqa: N801 - used as a decorator
    """A method that makes calls and gives one result."""

    def __init__(self, function: Callable[Concatenate[Any, P], Coroutine[Any, Any, T]]) -> None:
        @wraps(function)
        def call(instance: Any, *args: P.args, **kwargs: P.kwargs) -> Any:
            return instance._session.transport.run(function(instance, *args, **kwargs))

        self.within = function
        """The coroutine itself, for other operations: `await Project.lease.within(self)`."""
        self.__doc__ = function.__doc__
        self._call = call

    @overload
    def __get__(self, instance: None, owner: type) -> operation[P, T]: ...
    @overload
    def __get__(self, instance: Endpoint[Blocking], owner: type) -> Callable[P, T]: ...
    @overload
    def __get__(self, instance: Endpoint[Async], owner: type) -> Callable[P, Coroutine[Any, Any, T]]: ...
    def __get__(self, instance: Any, owner: type) -> Any:
        return self if instance is None else MethodType(self._call, instance)


class stream(Generic[P, T]):  # noqa: N801 - used as a decorator
    """A method that gives many entries, fetched as they are asked for."""

    def __init__(self, function: Callable[Concatenate[Any, P], AsyncIterator[T]]) -> None:
        @wraps(function)
        def call(instance: Any, *args: P.args, **kwargs: P.kwargs) -> Any:
            return instance._session.transport.iterate(function(instance, *args, **kwargs))

        self.within = function
        """The asynchronous iterator itself, for other operations."""
        self.__doc__ = function.__doc__
        self._call = call

    @overload
    def __get__(self, instance: None, owner: type) -> stream[P, T]: ...
    @overload
    def __get__(self, instance: Endpoint[Blocking], owner: type) -> Callable[P, Iterator[T]]: ...
    @overload
    def __get__(self, instance: Endpoint[Async], owner: type) -> Callable[P, AsyncIterator[T]]: ...
    def __get__(self, instance: Any, owner: type) -> Any:
        return self if instance is None else MethodType(self._call, instance)
