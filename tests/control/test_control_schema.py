"""The control database has no column that could hold customer data, and its code no way to any."""

from __future__ import annotations

import ast
from pathlib import Path

import assay.control
from assay.cells.database import Database
from assay.control.plane import ControlPlane

IDENTITY = {"tenant.name", "person.email", "person.email_key", "person.display_name", "api_key.name"}
"""The only text that people type."""

CLOSED_TEXT = {
    "log_row.action": "a known action",
    "tenant.state": "a fixed list",
    "cell.mode": "a fixed list",
    "cell.database": "an opaque name",
    "cell.role": "an opaque name",
    "person.password_hash": "argon2id",
    "person.state": "a fixed list",
    "membership.role": "a fixed list",
    "api_key.role": "a fixed list",
    "schema_migration.name": "the name of a file of ours",
    "schema_migration.sha256": "a digest",
}
BYTES = {
    "log_row.entry": "canonical JSON of ids",
    "cell.password": "sealed",
    "api_key.secret_digest": "a digest",
    "session.token_digest": "a digest",
    "sign_in_link.token_digest": "a digest",
    "sign_in_attempt.subject_digest": "a keyed digest",
}
HARMLESS_TYPES = {"uuid", "bigint", "integer", "boolean", "timestamp with time zone", "ARRAY"}


async def _columns(database: Database) -> dict[str, tuple[str, str]]:
    async with database.connection() as connection:
        cursor = await connection.execute(
            "select table_name || '.' || column_name, data_type::text, udt_name::text "
            "from information_schema.columns where table_schema = 'public'"
        )
        return {name: (kind, element) for name, kind, element in await cursor.fetchall()}


async def test_every_column_is_on_the_allow_list(plane: ControlPlane, control_database: Database) -> None:
    columns = await _columns(control_database)
    text = {name for name, (kind, _) in columns.items() if kind in ("text", "character varying")}
    binary = {name for name, (kind, _) in columns.items() if kind == "bytea"}
    rest = {name: kinds for name, kinds in columns.items() if name not in text | binary}
    assert text == IDENTITY | set(CLOSED_TEXT)
    assert binary == set(BYTES)
    assert {kind for kind, _ in rest.values()} <= HARMLESS_TYPES
    assert {element for kind, element in rest.values() if kind == "ARRAY"} == {"_uuid"}


async def test_closed_text_is_checked_by_the_database(
    plane: ControlPlane, control_database: Database
) -> None:
    async with control_database.connection() as connection:
        cursor = await connection.execute(
            "select conrelid::regclass::text, pg_get_constraintdef(oid) "
            "from pg_constraint where contype = 'c'"
        )
        checks = [f"{table} {definition}" for table, definition in await cursor.fetchall()]
    ours = {name for name in CLOSED_TEXT if not name.startswith(("schema_migration", "log_row"))}
    for name in ours:
        table, column = name.split(".")
        assert any(check.startswith(f"{table} ") and column in check for check in checks), name


def test_control_never_reaches_for_the_door_to_customer_data() -> None:
    (root,) = assay.control.__path__
    imported: set[str] = set()
    for path in Path(root).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom):
                imported |= {f"{node.module}.{alias.name}" for alias in node.names}
            elif isinstance(node, ast.Import):
                imported |= {alias.name for alias in node.names}
    cells = {name for name in imported if name.startswith("assay.cells")}
    allowed = ("assay.cells.database.", "assay.cells.location.", "assay.cells.migration.")
    assert cells
    assert all(name.startswith(allowed) for name in cells)
    assert not any(name.startswith(("assay.server", "assay.client", "assay.cli")) for name in imported)
