"""A cell's database: pooled connections, transactions, and one translation of what can go wrong with them."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from typing import Any, Generic, Protocol, TypeVar

import orjson
import psycopg
import structlog
from psycopg import AsyncConnection, AsyncCursor
from psycopg.conninfo import make_conninfo
from psycopg.pq import PipelineStatus
from psycopg.types.json import set_json_dumps, set_json_loads
from psycopg_pool import AsyncConnectionPool

from assay.errors import AssayError, StorageFull, Unavailable

Row = tuple[Any, ...]
T = TypeVar("T")

SEARCH_PATH = "public,procrastinate"
_CONNECTION_LOST_CLASSES = ("08", "57P")
_OUT_OF_RESOURCES_CLASS = "53"
_DISK_FULL = "53100"
_CONFLICTS = (psycopg.errors.SerializationFailure, psycopg.errors.DeadlockDetected)
_log = structlog.get_logger(__name__)


class Connection(AsyncConnection[Row]):
    """A connection that asks for results in binary format: sealed values arrive as bytes, not as hexadecimal.

    Types that psycopg does not know (enumerations of one's own, `regclass`) then arrive as bytes too: cast
    them to text in the query. `cursor(binary=False)` gives the text format.
    """

    def cursor(self, *arguments: Any, binary: bool = True, **options: Any) -> Any:
        return super().cursor(*arguments, binary=binary, **options)


class Pending(Generic[T]):
    """The result of a statement that was sent and not looked at yet."""

    __slots__ = ("_cursor", "_read")

    def __init__(self, cursor: AsyncCursor[Any], read: Callable[[list[Any]], T]) -> None:
        self._cursor = cursor
        self._read = read

    async def get(self) -> T:
        """Wait for the result, with those of all statements sent before."""
        return self._read(await self._cursor.fetchall())


class CommitGuard(Protocol):
    """Something that every transaction has to write, when there is anything to write."""

    def __len__(self) -> int:
        """How much there is to write."""
        ...

    def completing(self, connection: Connection) -> AbstractAsyncContextManager[None]:
        """Write it into the transaction; the block ends after the commit, or with what prevented it."""
        ...


class Database:
    """Connections to one database. Made without a connection; the first use opens one.

    `on_lost` is called when a connection turns out to be broken; `guard`, when set, has its say at the end of
    every transaction.
    """

    def __init__(
        self,
        connection_info: str,
        *,
        max_connections: int = 12,
        wait_seconds: float = 10.0,
        on_lost: Callable[[], None] | None = None,
    ) -> None:
        self._on_lost = on_lost
        self.guard: CommitGuard | None = None
        self._pool = AsyncConnectionPool(
            with_search_path(connection_info),
            connection_class=Connection,
            kwargs={"autocommit": True, "prepare_threshold": 1},
            configure=_configure,
            min_size=0,
            max_size=max_connections,
            timeout=wait_seconds,
            max_idle=60.0,
            open=False,
        )
        self._opened = False

    @asynccontextmanager
    async def transaction(self, *, pipelined: bool = False) -> AsyncIterator[Connection]:
        """One transaction (read committed), committed at the end of the block, rolled back when it raises.

        `pipelined` sends statements without waiting for each other's results, until one is looked at: a few
        round trips instead of one for each. An error then comes up at the next look, or at the end.
        Raises Unavailable when the database is gone or starting (nothing was written, or the answer to the
        commit was lost: repeat with the same ids), StorageFull when its disk is full.
        """
        try:
            async with AsyncExitStack() as stack:
                connection = await stack.enter_async_context(self._pooled())
                committed = await stack.enter_async_context(AsyncExitStack())
                if pipelined:
                    await stack.enter_async_context(connection.pipeline())
                await stack.enter_async_context(connection.transaction())
                yield connection
                if self.guard:
                    await committed.enter_async_context(self.guard.completing(connection))
        except psycopg.Error as error:
            raise self._translated(error) from error

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """A connection in autocommit mode, for reads of one statement. Raises as `transaction` does."""
        try:
            async with self._pooled() as connection:
                yield connection
        except psycopg.Error as error:
            raise self._translated(error) from error

    async def retrying(self, work: Callable[[Connection], Awaitable[T]], attempts: int = 5) -> T:
        """Run `work` in a transaction, again when it met a serialization failure or a deadlock."""
        for attempt in range(1, attempts):
            try:
                async with self.transaction() as connection:
                    return await work(connection)
            except _CONFLICTS:
                await asyncio.sleep(random.uniform(0, 0.01 * 2**attempt))
        async with self.transaction() as connection:
            return await work(connection)

    async def check(self) -> None:
        """Throw broken connections out of the pool, after the server was restarted."""
        if self._opened:
            await self._pool.check()

    async def close(self) -> None:
        """Close every connection. Transactions that are open are rolled back by the server."""
        self._opened = False
        await self._pool.close()

    @asynccontextmanager
    async def _pooled(self) -> AsyncIterator[Connection]:
        if not self._opened:
            await self._pool.open()
            self._opened = True
        async with self._pool.connection() as connection:
            try:
                yield connection
            finally:
                # A task that was cancelled amid a pipeline leaves it on, and the next user could do nothing.
                if connection.pgconn.pipeline_status != PipelineStatus.OFF:
                    await connection.close()

    def _translated(self, error: psycopg.Error) -> Exception:
        translated = translate(error)
        if isinstance(translated, Unavailable) and self._on_lost is not None:
            self._on_lost()
        return translated


def translate(error: psycopg.Error) -> AssayError | psycopg.Error:
    """What an error of the database means to a caller; the error itself when it is the caller's affair."""
    state = error.sqlstate or ""
    if state == _DISK_FULL or "No space left on device" in str(error):
        return StorageFull("The disk is full: nothing was written.", advice="Free some space and try again.")
    lost = isinstance(error, psycopg.OperationalError | psycopg.InterfaceError) and not state
    if lost or state.startswith((*_CONNECTION_LOST_CLASSES, _OUT_OF_RESOURCES_CLASS)):
        return Unavailable("The database is not available now.", advice="Try again in a moment.")
    return error


def with_search_path(connection_info: str) -> str:
    """The same connection, with the schema of the jobs behind our own on the search path."""
    return make_conninfo(connection_info, options=f"-c search_path={SEARCH_PATH}", application_name="assay")


async def _configure(connection: Connection) -> None:
    set_json_loads(orjson.loads, context=connection)
    set_json_dumps(orjson.dumps, context=connection)
    connection.prepared_max = 400


async def run_script(connection: Connection, script: str) -> None:
    """Run several statements at once. Only the text format allows that."""
    cursor: AsyncCursor[Row] = connection.cursor(binary=False)
    await cursor.execute(script.encode(), prepare=False)
