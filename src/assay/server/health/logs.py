"""Log lines: one JSON object each, on standard error."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from traceback import walk_tb
from types import TracebackType
from typing import Any

import orjson
import structlog
from structlog.typing import EventDict, WrappedLogger

_PLACES = 4
_PATH_PARTS = 3


def configure_logs(level: str) -> None:
    """From now on structlog writes JSON, from `level` (a name of the standard library's levels) up."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _without_traceback,
            structlog.processors.JSONRenderer(serializer=_dumps),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(_level(level)),
        logger_factory=structlog.BytesLoggerFactory(sys.stderr.buffer),
        cache_logger_on_first_use=False,
    )
    logging.getLogger().addHandler(_LIBRARIES)


class _Libraries(logging.Handler):
    """What libraries tell by the standard library's logging, in the same form.

    Only what their code says is written, not the values that it fills in.
    """

    def emit(self, record: logging.LogRecord) -> None:
        event = str(record.msg).partition("\n")[0]
        error = record.exc_info[1] if record.exc_info else None
        details = {} if error is None else {"exc_info": error}
        structlog.get_logger().log(record.levelno, event, library=record.name, **details)


_LIBRARIES = _Libraries(logging.WARNING)


def _without_traceback(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """The text of an error may quote content: only its kind and the places it came through are written."""
    error = event.pop("exc_info", None)
    if isinstance(error, BaseException):
        event["error"] = type(error).__name__
        event["at"] = _places(error.__traceback__)
    return event


def _places(traceback: TracebackType | None) -> list[str]:
    """The innermost lines of code, the last one last."""
    codes = [(frame.f_code, line) for frame, line in walk_tb(traceback)][-_PLACES:]
    return [
        f"{'/'.join(Path(code.co_filename).parts[-_PATH_PARTS:])}:{line} {code.co_qualname}"
        for code, line in codes
    ]


def _dumps(event: Any, **_: Any) -> bytes:
    return orjson.dumps(event, default=str)


def _level(name: str) -> int:
    return logging.getLevelNamesMapping().get(name.upper(), logging.INFO)
