"""Delivering what waits in the outbox: a step of the background loop of every open cell."""

from __future__ import annotations

import asyncio
import random
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

import httpx
import orjson

from assay.errors import InvalidInput
from assay.server.webhooks import store
from assay.server.webhooks.destinations import DestinationRefused, check_url, resolve
from assay.server.webhooks.signing import signed_headers
from assay.server.workspace import Workspace
from assay.trust.log_action import LogAction

_AT_ONCE = 20
_TIMEOUT_SECONDS = 10.0
_TAKEN_SECONDS = 60.0
_LIFETIME_SECONDS = 24 * 3600.0
_FIRST_DELAY_SECONDS = 5.0
_LONGEST_DELAY_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one attempt: the receiver's status, or a code of what went wrong before there was one."""

    status: int | None
    error: str | None


class Courier:
    """Delivers due events. `allow_private` lets them go to private addresses."""

    def __init__(self, *, allow_private: bool) -> None:
        self._allow_private = allow_private

    async def deliver(self, workspace: Workspace) -> int:
        """Attempt what is due, at most twenty at once; how many that were."""
        async with workspace.cell.database.transaction() as connection:
            due = await store.take_due(connection, limit=_AT_ONCE, seconds=_TAKEN_SECONDS)
        if not due:
            return 0
        async with self._client() as client:
            outcomes = await asyncio.gather(*(self._attempt(workspace, client, one) for one in due))
        for one, outcome in zip(due, outcomes, strict=True):
            await _note(workspace, one, outcome)
        return len(due)

    def _client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            verify=_tls(), timeout=_TIMEOUT_SECONDS, follow_redirects=False, trust_env=False
        )

    async def _attempt(
        self, workspace: Workspace, client: httpx.AsyncClient, due: store.DueDelivery
    ) -> Outcome:
        url = workspace.cell_sealer("webhook", "url").open(due.url, due.webhook_id).decode()
        secret = workspace.cell_sealer("webhook", "secret").open(due.secret, due.webhook_id).decode()
        body = orjson.dumps(payload(due))
        headers = signed_headers(secret, str(due.event_id), datetime.now(UTC), body)
        try:
            async with asyncio.timeout(_TIMEOUT_SECONDS):
                return await self._post(client, httpx.URL(url), headers, body)
        except DestinationRefused as refused:
            return Outcome(None, str(refused))
        except InvalidInput as refused:
            return Outcome(None, refused.problems[0].rule)
        except (TimeoutError, httpx.TimeoutException):
            return Outcome(None, "timeout")
        except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError) as error:
            return Outcome(None, type(error).__name__)

    async def _post(
        self, client: httpx.AsyncClient, url: httpx.URL, headers: dict[str, str], body: bytes
    ) -> Outcome:
        """Connect to the address that was checked, in the name of the host that was asked for."""
        check_url(str(url), allow_private=self._allow_private)
        port = url.port or (443 if url.scheme == "https" else 80)
        address = await resolve(url.host, port, allow_private=self._allow_private)
        request = client.build_request(
            "POST",
            url.copy_with(host=address),
            content=body,
            headers={
                **headers,
                "host": url.netloc.decode(),
                "content-type": "application/json",
                "user-agent": "Assay-Webhooks/1",
            },
            extensions={"sni_hostname": url.host},
        )
        # What the receiver says besides its status is not read: it may be endless.
        response = await client.send(request, stream=True)
        await response.aclose()
        return Outcome(response.status_code, None if response.is_success else "status")


async def _note(workspace: Workspace, due: store.DueDelivery, outcome: Outcome) -> None:
    async with workspace.cell.database.transaction() as connection:
        if outcome.error is not None:
            await store.fail(
                connection,
                due.id,
                status=outcome.status,
                error=outcome.error,
                delay=delay_after(due.attempts),
                lifetime=_LIFETIME_SECONDS,
            )
            return
        assert outcome.status is not None, "an attempt without an error has a status"
        await store.succeed(connection, due.id, outcome.status)
        await workspace.record(
            connection,
            LogAction.WEBHOOK_DELIVERED,
            "webhook",
            due.webhook_id,
            project=due.project_id,
            event=str(due.event_id),
            event_kind=due.kind,
            attempts=due.attempts,
        )


def payload(due: store.DueDelivery) -> dict[str, Any]:
    """What the receiver gets: ids, never content."""
    data = {"id": due.object_id, "project_id": due.project_id, **due.details}
    return {"type": due.kind, "timestamp": due.event_at, "data": data}


def delay_after(attempts: int) -> float:
    """Seconds to the next attempt: doubling from 5 s to an hour, and spread so that retries do not march."""
    delay = min(_FIRST_DELAY_SECONDS * 2.0 ** min(attempts - 1, 20), _LONGEST_DELAY_SECONDS)
    return delay * random.uniform(0.5, 1.5)


@cache
def _tls() -> ssl.SSLContext:
    """Reading the certificates takes longer than a delivery: done once."""
    return ssl.create_default_context()
