"""The routes of a project: who may call them, and a request of each that succeeds."""

from __future__ import annotations

from uuid import uuid4

from .calls import Call
from .entries import (
    MEMBERS,
    PRODUCERS,
    PROJECT,
    REVIEWERS,
    VIEWERS,
    WORKERS,
    Build,
    Entry,
    of_project,
    standing,
)
from .world import ANSWER, HELPER, INTERFACE, World


def _on_lease(method: str, action: str, **members: object) -> Build:
    async def build(world: World, who: str) -> Call:
        lease = await world.main.lease(who)
        body = {"token": lease["token"], **members}
        route = f"leases/{lease['id']}/{action}"
        return of_project(world.main, method, route, body, lease_id=lease["id"], token=lease["token"])

    return build


async def _lease_tasks(world: World, who: str) -> Call:
    await world.main.add_item()
    return of_project(world.main, "POST", "leases", {"count": 1})


async def _lease_reviews(world: World, who: str) -> Call:
    await world.main.reviewable()
    return of_project(world.main, "POST", "reviews/leases", {"count": 1})


async def _submit(world: World, who: str) -> Call:
    lease, body = await world.main.submission(who)
    return of_project(world.main, "POST", "annotations", body, lease_id=lease["id"], token=lease["token"])


async def _revise(world: World, who: str) -> Call:
    """An annotation of a task that waits for more than there will be, so that no consensus settles it."""
    task = await world.main.task_of(await world.main.add_item(priority=500))
    change = {"overlap": 100, "priority": 500}
    await world.client("owner").patch(f"{world.main.path}/tasks/{task}", json=change)
    annotation, _ = await world.main.annotation(who)
    body = {"seen_revision": 1, "answer": ANSWER}
    return of_project(world.main, "PUT", f"annotations/{annotation}", body, annotation_id=annotation)


async def _decide(world: World, who: str) -> Call:
    lease = await world.main.lease(who, "reviews/leases")
    body = {"review_id": str(uuid4()), "lease_id": lease["id"], "token": lease["token"], "verdict": "accept"}
    ids = {"review_lease_id": lease["id"], "review_token": lease["token"]}
    return of_project(world.main, "POST", "reviews", body, **ids)


async def _read_comments(world: World, who: str) -> Call:
    task = (await world.main.lease(who))["task_id"] if who in WORKERS else world.main.ids["task_id"]
    return of_project(world.main, "GET", f"tasks/{task}/comments", task_id=task)


async def _comment(world: World, who: str) -> Call:
    task = (await world.main.lease(who))["task_id"]
    return of_project(world.main, "POST", f"tasks/{task}/comments", {"body": "Why?"}, task_id=task)


async def _read_items(world: World, who: str) -> Call:
    item = await world.main.add_item()
    return of_project(world.main, "POST", "items/read", {"ids": [item]}, item_id=item)


async def _add_items(world: World, who: str) -> Call:
    batch = world.main.ids["batch_id"]
    item = {"data": {"text": "one", "image": await world.main.upload()}}
    return of_project(world.main, "POST", "items", {"items": [item], "batch_id": batch}, batch_id=batch)


async def _change_task(world: World, who: str) -> Call:
    task = await world.main.task_of(await world.main.add_item())
    return of_project(world.main, "PATCH", f"tasks/{task}", {"priority": 1}, task_id=task)


async def _set_gold(world: World, who: str) -> Call:
    task = await world.main.task_of(await world.main.add_item())
    return of_project(world.main, "PUT", f"tasks/{task}/gold", {"answer": ANSWER}, task_id=task)


async def _upload(world: World, who: str) -> Call:
    call = of_project(world.main, "POST", "uploads")
    return Call("POST", call.path, call.ids, {"file_name": "a.png"}, b"bytes", "image/png")


async def _import(world: World, who: str) -> Call:
    batch = world.main.ids["batch_id"]
    call = of_project(world.main, "POST", "imports", batch_id=batch)
    query = {"format": "jsonl", "batch_id": batch}
    return Call("POST", call.path, call.ids, query, b'{"data": {"text": "t"}}\n', "application/x-ndjson")


async def _cancel(world: World, who: str) -> Call:
    job = (await world.main.post("owner", "exports", {}, 202))["id"]
    return of_project(world.main, "POST", f"jobs/{job}/cancel", job_id=job)


async def _resolve(world: World, who: str) -> Call:
    _, task = await world.main.annotation(HELPER)
    comment = (await world.main.post(HELPER, f"tasks/{task}/comments", {"body": "Hm"}, 201))["id"]
    return of_project(world.main, "POST", f"comments/{comment}/resolve", comment_id=comment)


_TASK = f"{PROJECT}/tasks/{{task_id}}"
_CLIENT_ID = frozenset({"/annotation_id"})

PROJECT_ROUTES: dict[str, Entry] = {
    f"GET {PROJECT}": Entry(MEMBERS, standing("GET", PROJECT)),
    f"PATCH {PROJECT}": Entry(PRODUCERS, standing("PATCH", PROJECT, {"name": "Renamed"})),
    f"GET {PROJECT}/figures": Entry(MEMBERS, standing("GET", f"{PROJECT}/figures")),
    # What it asks
    f"GET {PROJECT}/interface/versions": Entry(MEMBERS, standing("GET", f"{PROJECT}/interface/versions")),
    f"GET {PROJECT}/interface/versions/{{version}}": Entry(
        MEMBERS, standing("GET", f"{PROJECT}/interface/versions/{{version}}", version="1")
    ),
    f"POST {PROJECT}/interface/versions": Entry(
        PRODUCERS, standing("POST", f"{PROJECT}/interface/versions", {"interface": INTERFACE})
    ),
    f"POST {PROJECT}/interface/verdict": Entry(
        PRODUCERS, standing("POST", f"{PROJECT}/interface/verdict", {"interface": INTERFACE})
    ),
    f"GET {PROJECT}/instructions": Entry(MEMBERS, standing("GET", f"{PROJECT}/instructions")),
    f"POST {PROJECT}/instructions": Entry(
        PRODUCERS, standing("POST", f"{PROJECT}/instructions", {"body": "Look twice."})
    ),
    # What is to be labeled
    f"POST {PROJECT}/batches": Entry(PRODUCERS, standing("POST", f"{PROJECT}/batches", {"name": "More"})),
    f"GET {PROJECT}/batches": Entry(REVIEWERS, standing("GET", f"{PROJECT}/batches")),
    f"PATCH {PROJECT}/batches/{{batch_id}}": Entry(
        PRODUCERS, standing("PATCH", f"{PROJECT}/batches/{{batch_id}}", {"name": "Other"})
    ),
    f"POST {PROJECT}/items": Entry(PRODUCERS, _add_items),
    f"POST {PROJECT}/items/read": Entry(VIEWERS, _read_items),
    f"GET {PROJECT}/items/by-key": Entry(
        VIEWERS, standing("GET", f"{PROJECT}/items/by-key", query={"key": "{item_key}"}, also=["item_key"])
    ),
    f"GET {PROJECT}/items/{{item_id}}": Entry(VIEWERS, standing("GET", f"{PROJECT}/items/{{item_id}}")),
    f"GET {PROJECT}/items/{{item_id}}/access": Entry(
        PRODUCERS, standing("GET", f"{PROJECT}/items/{{item_id}}/access")
    ),
    f"POST {PROJECT}/uploads": Entry(PRODUCERS, _upload),
    # Tasks
    f"GET {PROJECT}/tasks": Entry(
        REVIEWERS,
        standing("GET", f"{PROJECT}/tasks", query={"filter": "batch = {batch_id}"}, also=["batch_id"]),
        listed=frozenset({"batch_id"}),
    ),
    f"GET {_TASK}": Entry(REVIEWERS, standing("GET", _TASK)),
    f"PATCH {_TASK}": Entry(PRODUCERS, _change_task),
    f"GET {_TASK}/annotations": Entry(PRODUCERS, standing("GET", f"{_TASK}/annotations")),
    f"GET {_TASK}/labels": Entry(VIEWERS, standing("GET", f"{_TASK}/labels")),
    f"GET {_TASK}/reviews": Entry(VIEWERS, standing("GET", f"{_TASK}/reviews")),
    f"GET {_TASK}/gold": Entry(PRODUCERS, standing("GET", f"{_TASK}/gold")),
    f"PUT {_TASK}/gold": Entry(PRODUCERS, _set_gold),
    f"GET {_TASK}/comments": Entry(WORKERS, _read_comments),
    f"POST {_TASK}/comments": Entry(WORKERS, _comment),
    f"POST {PROJECT}/comments/{{comment_id}}/resolve": Entry(PRODUCERS, _resolve),
    # The work
    f"POST {PROJECT}/leases": Entry(WORKERS, _lease_tasks),
    f"GET {PROJECT}/leases": Entry(WORKERS, standing("GET", f"{PROJECT}/leases")),
    f"POST {PROJECT}/leases/{{lease_id}}/heartbeat": Entry(WORKERS, _on_lease("POST", "heartbeat")),
    f"POST {PROJECT}/leases/{{lease_id}}/skip": Entry(WORKERS, _on_lease("POST", "skip")),
    f"POST {PROJECT}/leases/{{lease_id}}/release": Entry(WORKERS, _on_lease("POST", "release")),
    f"PUT {PROJECT}/leases/{{lease_id}}/draft": Entry(WORKERS, _on_lease("PUT", "draft", answer={})),
    f"POST {PROJECT}/annotations": Entry(WORKERS, _submit, client_made=_CLIENT_ID),
    f"GET {PROJECT}/annotations": Entry(WORKERS, standing("GET", f"{PROJECT}/annotations")),
    f"PUT {PROJECT}/annotations/{{annotation_id}}": Entry(WORKERS, _revise),
    f"POST {PROJECT}/reviews/leases": Entry(REVIEWERS, _lease_reviews),
    f"GET {PROJECT}/reviews/leases": Entry(REVIEWERS, standing("GET", f"{PROJECT}/reviews/leases")),
    f"POST {PROJECT}/reviews": Entry(REVIEWERS, _decide, client_made=frozenset({"/review_id"})),
    # Long work
    f"POST {PROJECT}/imports": Entry(PRODUCERS, _import),
    f"GET {PROJECT}/jobs": Entry(PRODUCERS, standing("GET", f"{PROJECT}/jobs")),
    f"GET {PROJECT}/jobs/{{job_id}}": Entry(PRODUCERS, standing("GET", f"{PROJECT}/jobs/{{job_id}}")),
    f"GET {PROJECT}/jobs/{{job_id}}/rejected": Entry(
        PRODUCERS, standing("GET", f"{PROJECT}/jobs/{{job_id}}/rejected")
    ),
    f"GET {PROJECT}/jobs/{{job_id}}/events": Entry(
        PRODUCERS, standing("GET", f"{PROJECT}/jobs/{{job_id}}/events")
    ),
    f"POST {PROJECT}/jobs/{{job_id}}/cancel": Entry(PRODUCERS, _cancel),
    f"POST {PROJECT}/exports": Entry(
        PRODUCERS,
        standing("POST", f"{PROJECT}/exports", {"dataset_version_id": "{version_id}"}, also=["version_id"]),
    ),
    f"GET {PROJECT}/exports": Entry(VIEWERS, standing("GET", f"{PROJECT}/exports")),
    f"GET {PROJECT}/exports/{{job_id}}": Entry(VIEWERS, standing("GET", f"{PROJECT}/exports/{{export_id}}")),
    f"GET {PROJECT}/exports/{{job_id}}/files": Entry(
        VIEWERS, standing("GET", f"{PROJECT}/exports/{{export_id}}/files")
    ),
    f"GET {PROJECT}/exports/{{job_id}}/files/{{name}}": Entry(
        VIEWERS, standing("GET", f"{PROJECT}/exports/{{export_id}}/files/{{name}}", name="manifest.json")
    ),
    f"POST {PROJECT}/dataset-versions": Entry(
        PRODUCERS, standing("POST", f"{PROJECT}/dataset-versions", {"name": "v"})
    ),
    f"GET {PROJECT}/dataset-versions": Entry(VIEWERS, standing("GET", f"{PROJECT}/dataset-versions")),
    f"GET {PROJECT}/dataset-versions/{{version_id}}": Entry(
        VIEWERS, standing("GET", f"{PROJECT}/dataset-versions/{{version_id}}")
    ),
    f"GET {PROJECT}/dataset-versions/{{version_id}}/diff/{{other_id}}": Entry(
        VIEWERS, standing("GET", f"{PROJECT}/dataset-versions/{{version_id}}/diff/{{other_id}}")
    ),
}
