"""`assay webhook`: being told of events."""

from __future__ import annotations

from itertools import islice
from typing import Annotated, Any
from uuid import UUID

import typer

from assay.cli.commands import group
from assay.cli.console import Columns, Json, err, secret, show_list, write_json
from assay.cli.login import connected, find_project

application = group("webhook", "Be told of events by signed requests.")

WebhookId = Annotated[UUID, typer.Argument(metavar="WEBHOOK")]
OfProject = Annotated[str | None, typer.Option("--project", help="Of this project only (id or name).")]

_DELIVERY: Columns = {
    "id": lambda one: one.id,
    "event": lambda one: one.kind,
    "state": lambda one: one.state,
    "attempts": lambda one: one.attempts,
    "answer": lambda one: one.last_status or one.last_error,
    "since": lambda one: one.created_at,
}


@application.command("create")
def create(
    url: str,
    events: Annotated[list[str], typer.Argument(help="e.g. label.created import.finished")],
    project: OfProject = None,
    as_json: Json = False,
) -> None:
    """Tell an address of events; prints the secret that verifies the signatures."""
    with connected() as client:
        chosen = None if project is None else find_project(client, project).id
        wanted: Any = events  # the engine knows the kinds, and names them when one is wrong
        webhook = client.webhooks.create(url, wanted, project_id=chosen)
    if as_json:
        write_json(webhook)
        return
    err.print(f"Webhook {webhook.id}")
    secret("Secret", webhook.secret or "")


@application.command("list")
def list_webhooks(project: OfProject = None, as_json: Json = False) -> None:
    """Webhooks, oldest first."""
    columns: Columns = {
        "id": lambda one: one.id,
        "url": lambda one: one.url,
        "events": lambda one: one.events,
        "state": lambda one: one.state,
    }
    with connected() as client:
        chosen = None if project is None else find_project(client, project).id
        show_list(client.webhooks.list(project_id=chosen), columns, as_json)


@application.command("delete")
def delete(webhook: WebhookId) -> None:
    """Tell it of nothing any more."""
    with connected() as client:
        client.webhooks.get(webhook).delete()


@application.command("pause")
def pause(webhook: WebhookId) -> None:
    """Hold what it would be told until it resumes."""
    with connected() as client:
        client.webhooks.get(webhook).set(state="paused")


@application.command("resume")
def resume(webhook: WebhookId) -> None:
    """Go on, with what was held first."""
    with connected() as client:
        client.webhooks.get(webhook).set(state="active")


@application.command("test")
def test(webhook: WebhookId) -> None:
    """Send an event of kind `webhook.test` now."""
    with connected() as client:
        client.webhooks.get(webhook).test()


@application.command("deliveries")
def deliveries(
    webhook: WebhookId,
    limit: Annotated[int, typer.Option(min=1, help="Show at most so many.")] = 50,
    as_json: Json = False,
) -> None:
    """What was sent, newest first."""
    with connected() as client:
        show_list(islice(client.webhooks.get(webhook).deliveries(), limit), _DELIVERY, as_json)


@application.command("redeliver")
def redeliver(webhook: WebhookId, delivery: UUID) -> None:
    """Deliver the same event once more."""
    with connected() as client:
        client.webhooks.get(webhook).redeliver(delivery)
