"""A PostgreSQL server of somebody else's: a database per cell, with a role of its own.

Names of databases and roles are random, because every role of the server can list them: the customer list is
a secret. Nobody but the cell's role, and the server's own administrators, can connect to its database.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from assay.cells.postgres.passwords import new_password, password_verifier
from assay.errors import InvalidInput, Unavailable

MINIMUM_MAJOR = 15
_BUILTIN_LOCALE_SINCE = 17


@dataclass(frozen=True, slots=True)
class ExternalDatabase:
    """A database of one cell and the role that owns it."""

    name: str
    role: str
    password: str = field(repr=False)


class ExternalServer:
    """The server at `dsn`, whose role may create databases and roles."""

    def __init__(self, dsn: str, connect_seconds: int = 10) -> None:
        try:
            self._dsn = make_conninfo(dsn, connect_timeout=connect_seconds)
        except psycopg.ProgrammingError as error:
            raise InvalidInput(
                "ASSAY_DATABASE_URL is not the address of a PostgreSQL database.",
                advice="It looks like postgresql://user:password@host:5432/database.",
            ) from error

    async def check(self) -> int:
        """The server's major version. Raises Unavailable when it cannot be reached or used.

        Unlike later errors, which customers may see, this one says why the server cannot be reached.
        """
        try:
            connection = await self._connect()
        except Unavailable as error:
            raise Unavailable(f"{error.detail} {error.__cause__}", advice=error.advice) from error
        async with connection:
            await _require_rights(connection)
            return _supported_major(connection)

    async def create_database(self) -> ExternalDatabase:
        """A new, empty database with a role and a password of its own, all with random names."""
        token = secrets.token_hex(12)
        created = ExternalDatabase(f"c{token}", f"r{secrets.token_hex(12)}", new_password())
        database, role = sql.Identifier(created.name), sql.Identifier(created.role)
        async with await self._connect() as connection:
            major = _supported_major(connection)
            await connection.execute(
                sql.SQL(
                    "CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS"
                    " PASSWORD {}"
                ).format(role, sql.Literal(password_verifier(created.password)))
            )
            try:
                # An administrator that is no superuser must be a member to give the database away.
                await connection.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(role))
                await connection.execute(
                    sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8' {}").format(
                        database, role, _locale(major)
                    )
                )
                await connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
            except psycopg.Error:
                await self._drop(connection, created.name, created.role)
                raise
        return created

    async def drop_database(self, name: str, role: str) -> None:
        """Drop a cell's database, whoever is connected to it, and its role. Doing it twice is no error."""
        async with await self._connect() as connection:
            await self._drop(connection, name, role)

    def connection_info(self, database: ExternalDatabase) -> str:
        """How the application connects to a cell's database."""
        return make_conninfo(self._dsn, dbname=database.name, user=database.role, password=database.password)

    async def _connect(self) -> psycopg.AsyncConnection[tuple[object, ...]]:
        try:
            return await psycopg.AsyncConnection.connect(self._dsn, autocommit=True)
        except psycopg.OperationalError as error:
            raise Unavailable(
                "The database server cannot be reached.", advice="Check ASSAY_DATABASE_URL and the server."
            ) from error

    @staticmethod
    async def _drop(connection: psycopg.AsyncConnection[tuple[object, ...]], name: str, role: str) -> None:
        await connection.execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        )
        await connection.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(role)))


def _supported_major(connection: psycopg.AsyncConnection[tuple[object, ...]]) -> int:
    major = connection.info.server_version // 10000
    if major < MINIMUM_MAJOR:
        raise Unavailable(
            f"The database server is PostgreSQL {major}; Assay needs {MINIMUM_MAJOR} or later.",
            advice="Upgrade the server, or leave ASSAY_DATABASE_URL unset to use embedded clusters.",
        )
    return major


async def _require_rights(connection: psycopg.AsyncConnection[tuple[object, ...]]) -> None:
    found = await connection.execute(
        "SELECT rolsuper OR (rolcreatedb AND rolcreaterole) FROM pg_roles WHERE rolname = current_user"
    )
    if await found.fetchone() != (True,):
        raise Unavailable(
            "The role of ASSAY_DATABASE_URL may not create databases and roles: each tenant gets its own.",
            advice="ALTER ROLE ... CREATEDB CREATEROLE, by an administrator of the server.",
        )


def _locale(major: int) -> sql.SQL:
    """Text is ordered by code point, as in embedded clusters."""
    if major >= _BUILTIN_LOCALE_SINCE:
        return sql.SQL("LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C'")
    return sql.SQL("LOCALE 'C'")
