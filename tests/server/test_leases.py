from __future__ import annotations


async def test_the_loop(api, project, expect):
    annotator = api.annotator(0)
    (lease,) = await project.lease(annotator)
    body = await project.submit(annotator, lease, lease_next=1)
    assert body["leases"][0]["task_id"] != lease["task_id"]
    await project.submit(annotator, body["leases"][0])
    assert await project.annotate_all(annotator) == 1
    await project.settle()
    assert {task["state"] for task in await project.tasks()} == {"done"}
