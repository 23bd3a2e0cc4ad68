"""Writing HTML so that nothing a person typed can become markup."""

from __future__ import annotations

from html import escape


class Markup(str):
    """Text that is HTML already. Everything else is escaped where it meets a `Markup`."""

    __slots__ = ()


def markup(template: str, **values: object) -> Markup:
    """`template` with `{names}` replaced; every value that is no `Markup` is escaped."""
    return Markup(template.format_map({name: _safe(value) for name, value in values.items()}))


def joined(parts: list[Markup]) -> Markup:
    return Markup("\n".join(parts))


def _safe(value: object) -> str:
    return value if isinstance(value, Markup) else escape(str(value), quote=True)
