"""Assay: an open, self-hosted, neutral data engine.

    import assay

    client = assay.connect("http://127.0.0.1:8420", key)

`assay.client` is the SDK; `assay.interface`, `assay.quality`, `assay.formats` and `assay.trust` work without
an engine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assay import errors
    from assay.client import (
        Accept,
        Assay,
        Async,
        AsyncAssay,
        Blocking,
        Fix,
        Job,
        Progress,
        Project,
        SendBack,
        Skip,
        Task,
        connect,
        connect_async,
    )

__all__ = [
    "Accept",
    "Assay",
    "Async",
    "AsyncAssay",
    "Blocking",
    "Fix",
    "Job",
    "Progress",
    "Project",
    "SendBack",
    "Skip",
    "Task",
    "connect",
    "connect_async",
    "errors",
]


def __getattr__(name: str) -> Any:
    """The SDK is loaded when it is asked for: the engine and the pure packages do without it."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    if name == "errors":
        return import_module("assay.errors")
    return getattr(import_module("assay.client"), name)


def __dir__() -> list[str]:
    return [*globals(), *__all__]
