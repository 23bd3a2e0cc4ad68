"""Responses that were put together as JSON already."""

from __future__ import annotations

from typing import Any

import orjson
from fastapi import Response


def json_response(content: Any, status_code: int = 200) -> Response:
    """`content` as it stands, with sealed payloads spliced in as `orjson.Fragment`; models by their fields.

    The hot routes answer with this: a payload that was unsealed as JSON is never parsed on the server.
    """
    return Response(orjson.dumps(content, default=_dump), status_code, media_type="application/json")


def _dump(value: Any) -> Any:
    return value.model_dump(mode="json")
