"""Webhooks: the outbox, signatures, retries, and where deliveries may not go."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
from collections.abc import AsyncIterator
from ipaddress import ip_address
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.errors import InvalidInput
from assay.server.webhooks.delivery import Courier, delay_after
from assay.server.webhooks.destinations import DestinationRefused, check_url, choose, is_public, resolve
from assay.server.webhooks.signing import new_secret, signature


class Receiver:
    """A small HTTP server that keeps what it was sent, and answers with the status it is told to."""

    def __init__(self) -> None:
        self.requests: list[tuple[dict[str, str], bytes]] = []
        self.status = 204
        self.location = ""
        self.url = ""

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        pairs = [line.split(": ", 1) for line in head[1:] if line]
        headers = {name.lower(): value for name, value in pairs}
        body = await reader.readexactly(int(headers["content-length"]))
        self.requests.append((headers, body))
        location = f"location: {self.location}\r\n" if self.location else ""
        writer.write(f"HTTP/1.1 {self.status} X\r\n{location}content-length: 0\r\n\r\n".encode())
        await writer.drain()
        writer.close()


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    server = await asyncio.start_server(receiver.handle, "127.0.0.1", 0)
    receiver.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hook"
    yield receiver
    server.close()


async def create(api: Any, expect: Any, receiver: Any, events: list[str], **members: Any) -> dict[str, Any]:
    new = {"url": receiver.url, "events": events, **members}
    made: dict[str, Any] = expect(await api.owner.post("/webhooks", json=new), 201)
    return made


async def deliver(api: Any) -> None:
    """Deliver what is due now; the application's own loop may have been quicker."""
    async with api.engine.open(api.engine.acting_in(api.tenant), "test") as workspace:
        while await Courier(allow_private=True).deliver(workspace):
            pass


async def deliveries(api: Any, expect: Any, webhook: str, **parameters: Any) -> list[dict[str, Any]]:
    listed = expect(await api.owner.get(f"/webhooks/{webhook}/deliveries", params=parameters))
    items: list[dict[str, Any]] = listed["items"]
    return items


async def until_attempted(api: Any, expect: Any, webhook: str, state: str | None = None) -> dict[str, Any]:
    """The newest delivery, once it has been attempted: by this call or by the application's own loop."""
    for _ in range(200):
        await deliver(api)
        (newest, *_) = await deliveries(api, expect, webhook)
        attempted = newest["last_error"] or newest["last_status"]
        if attempted and (state is None or newest["state"] == state):
            return newest
        await asyncio.sleep(0.02)
    raise AssertionError("the delivery was never attempted")


async def test_a_submitted_annotation_is_told_to_a_signed_webhook(
    api: Any, project: Any, expect: Any, receiver: Any
) -> None:
    made = await create(api, expect, receiver, ["annotation.submitted"], project_id=str(project.id))
    annotator = api.annotator(0)
    (lease,) = await project.lease(annotator)
    submitted = await project.submit(annotator, lease)
    delivery = await until_attempted(api, expect, made["id"])
    headers, body = receiver.requests[0]
    assert delivery["state"] == "delivered" and delivery["last_status"] == 204 and delivery["attempts"] == 1
    content = orjson.loads(body)
    assert content["type"] == "annotation.submitted"
    assert content["data"] == {
        "id": submitted["annotation_id"],
        "project_id": str(project.id),
        "task": lease["task_id"],
    }
    key = base64.b64decode(made["secret"].removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert headers["webhook-id"] == delivery["event_id"]
    log = expect(await api.owner.get("/log", params={"object_id": made["id"]}))["items"]
    assert [row["action"] for row in log] == ["webhook.delivered", "webhook.changed"]


async def test_consensus_announces_a_batch_of_labels_in_one_statement(
    api: Any, project: Any, expect: Any, receiver: Any
) -> None:
    made = await create(api, expect, receiver, ["label.created"], project_id=str(project.id))
    await project.annotate_all(api.annotator(0))
    await project.settle()
    await until_attempted(api, expect, made["id"])
    told = await deliveries(api, expect, made["id"])
    assert {one["object_id"] for one in told} == {task["id"] for task in await project.tasks()}
    assert all(one["kind"] == "label.created" for one in told)


async def test_nothing_is_queued_when_nobody_wants_it(
    api: Any, project: Any, expect: Any, receiver: Any
) -> None:
    other = await create(api, expect, receiver, ["export.finished"], project_id=str(project.id))
    await project.annotate_all(api.annotator(0))
    assert await deliveries(api, expect, other["id"]) == []


async def test_a_refusal_is_retried_later_and_a_redirect_is_one(api: Any, expect: Any, receiver: Any) -> None:
    made = await create(api, expect, receiver, ["webhook.test"])
    receiver.status, receiver.location = 302, receiver.url
    queued = expect(await api.owner.post(f"/webhooks/{made['id']}/test"), 202)
    assert queued["kind"] == "webhook.test"
    delivery = await until_attempted(api, expect, made["id"])
    assert delivery["state"] == "waiting" and delivery["last_status"] == 302
    assert delivery["next_attempt_at"] > delivery["created_at"]
    assert len(receiver.requests) == delivery["attempts"] == 1


async def test_after_a_day_a_delivery_has_failed_and_can_be_sent_again(
    api: Any, expect: Any, receiver: Any
) -> None:
    made = await create(api, expect, receiver, ["webhook.test"])
    receiver.status = 500
    expect(await api.owner.post(f"/webhooks/{made['id']}/test"), 202)
    first = await until_attempted(api, expect, made["id"])
    async with (
        api.engine.open(api.engine.acting_in(api.tenant), "test") as workspace,
        workspace.cell.database.transaction() as connection,
    ):
        await connection.execute(
            "update webhook_delivery set created_at = now() - interval '1 day', next_attempt_at = now()"
            " where id = %s",
            (UUID(first["id"]),),
        )
    failed = await until_attempted(api, expect, made["id"], "failed")
    assert failed["attempts"] == 2 and failed["next_attempt_at"] is None
    receiver.status = 200
    path = f"/webhooks/{made['id']}/deliveries/{failed['id']}/redeliver"
    again = expect(await api.owner.post(path), 202)
    assert again["event_id"] == failed["event_id"] and again["id"] != failed["id"]
    delivered = await until_attempted(api, expect, made["id"], "delivered")
    assert delivered["id"] == again["id"]
    assert len({headers["webhook-id"] for headers, _ in receiver.requests}) == 1
    missing = await api.owner.post(f"/webhooks/{made['id']}/deliveries/{uuid4()}/redeliver")
    assert missing.status_code == 404


async def test_an_unreachable_receiver_is_an_error_code_not_a_crash(
    api: Any, expect: Any, receiver: Any
) -> None:
    receiver.url = "http://127.0.0.1:1/"
    made = await create(api, expect, receiver, ["webhook.test"])
    expect(await api.owner.post(f"/webhooks/{made['id']}/test"), 202)
    delivery = await until_attempted(api, expect, made["id"])
    assert (delivery["state"], delivery["last_error"]) == ("waiting", "ConnectError")


async def test_a_paused_webhook_holds_what_waits_and_is_told_nothing_new(
    api: Any, project: Any, expect: Any, receiver: Any
) -> None:
    made = await create(api, expect, receiver, ["annotation.submitted"], project_id=str(project.id))
    path = f"/webhooks/{made['id']}"
    receiver.status = 500
    annotator = api.annotator(1)
    (lease,) = await project.lease(annotator)
    await project.submit(annotator, lease)
    await until_attempted(api, expect, made["id"])
    assert expect(await api.owner.patch(path, json={"state": "paused"}))["state"] == "paused"
    assert [one["state"] for one in await deliveries(api, expect, made["id"])] == ["held"]
    await project.annotate_all(annotator)
    assert len(await deliveries(api, expect, made["id"])) == 1
    assert (await api.owner.post(f"{path}/test")).status_code == 409
    receiver.status = 200
    expect(await api.owner.patch(path, json={"state": "active"}))
    assert (await until_attempted(api, expect, made["id"], "delivered"))["attempts"] == 2


async def test_a_deleted_webhook_is_gone_with_its_secret(api: Any, expect: Any, receiver: Any) -> None:
    made = await create(api, expect, receiver, ["label.created"])
    expect(await api.owner.delete(f"/webhooks/{made['id']}"), 204)
    assert (await api.owner.get(f"/webhooks/{made['id']}")).status_code == 404
    listed = expect(await api.owner.get("/webhooks", params={"limit": 500}))["items"]
    assert made["id"] not in [one["id"] for one in listed]
    async with (
        api.engine.open(api.engine.acting_in(api.tenant), "test") as workspace,
        workspace.cell.database.connection() as connection,
    ):
        cursor = await connection.execute(
            "select url, secret from webhook where id = %s", (UUID(made["id"]),)
        )
        assert await cursor.fetchone() == (b"", b"")


async def test_the_secret_is_shown_once(api: Any, expect: Any, receiver: Any) -> None:
    made = await create(api, expect, receiver, ["label.created"])
    assert made["secret"].startswith("whsec_")
    assert "secret" not in expect(await api.owner.get(f"/webhooks/{made['id']}"))


async def test_deliveries_are_paged_newest_first(api: Any, expect: Any, receiver: Any) -> None:
    made = await create(api, expect, receiver, ["webhook.test"])
    sent = [expect(await api.owner.post(f"/webhooks/{made['id']}/test"), 202)["id"] for _ in range(3)]
    path = f"/webhooks/{made['id']}/deliveries"
    first = expect(await api.owner.get(path, params={"limit": 2}))
    rest = expect(await api.owner.get(path, params={"limit": 2, "cursor": first["next_cursor"]}))
    assert [one["id"] for one in (*first["items"], *rest["items"])] == sent[::-1]
    assert rest["next_cursor"] is None


async def test_who_may_not_see_webhooks(api: Any, expect: Any, receiver: Any, rival: Any) -> None:
    made = await create(api, expect, receiver, ["label.created"])
    new = {"url": receiver.url, "events": ["label.created"]}
    assert (await api.annotator(0).post("/webhooks", json=new)).status_code == 403
    foreign = await rival.owner.get(f"/webhooks/{made['id']}")
    missing = await rival.owner.get(f"/webhooks/{uuid4()}")
    assert (foreign.status_code, foreign.content) == (404, missing.content)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:4700::1111", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("100.100.100.200", False),
        ("169.254.169.254", False),
        ("168.63.129.16", False),
        ("192.0.0.192", False),
        ("0.1.2.3", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::", False),
        ("::1", False),
        ("fe80::1", False),
        ("fd00:ec2::254", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:169.254.169.254", False),
        ("64:ff9b::a9fe:a9fe", False),
        ("64:ff9b:1::7f00:1", False),
        ("2002:7f00:1::", False),
        ("2001:0:53aa:64c:0:fbff:80ff:fffe", False),
    ],
)
def test_which_addresses_are_public(address: str, public: bool) -> None:
    assert is_public(ip_address(address)) is public


@given(st.integers(min_value=0, max_value=2**32 - 1))
def test_wrapping_an_address_does_not_make_it_public(number: int) -> None:
    plain = ip_address(number)
    assert is_public(ip_address((0xFFFF << 32) | number)) is is_public(plain)
    assert is_public(ip_address((0x64FF9B << 96) | number)) is is_public(plain)


def test_one_private_address_among_public_ones_refuses_the_host() -> None:
    mixed = [ip_address("93.184.216.34"), ip_address("10.0.0.1")]
    with pytest.raises(DestinationRefused):
        choose(mixed, allow_private=False)
    assert choose(mixed, allow_private=True) == mixed[0]
    with pytest.raises(DestinationRefused):
        choose([], allow_private=True)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "0x7f000001", "2130706433", "127.1", "0177.0.0.1", "localhost"]
)
async def test_a_loopback_address_in_disguise_is_refused(host: str) -> None:
    with pytest.raises(DestinationRefused):
        await resolve(host, 80, allow_private=False)


@pytest.mark.parametrize(
    ("url", "rule"),
    [
        ("http://example.org/", "https"),
        ("https://user:secret@example.org/", "credentials"),
        ("https://127.1/", "private_address"),
        ("https://0x7f000001/", "private_address"),
        ("https://[::1]/", "private_address"),
        ("https://[::ffff:10.0.0.1]/", "private_address"),
    ],
)
def test_what_cannot_be_a_webhook(url: str, rule: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        check_url(url, allow_private=False)
    assert [problem.rule for problem in refused.value.problems] == [rule]


async def test_a_url_with_credentials_is_refused_by_the_route(api: Any) -> None:
    new = {"url": "http://a:b@127.0.0.1/", "events": ["label.created"]}
    response = await api.owner.post("/webhooks", json=new)
    assert response.status_code == 422 and response.json()["path"] == "/url"


def test_retries_wait_longer_and_longer() -> None:
    for attempts in range(1, 40):
        middle = min(5.0 * 2 ** (attempts - 1), 3600.0)
        assert 0.5 * middle <= delay_after(attempts) <= 1.5 * middle


def test_the_signature_is_that_of_the_specification() -> None:
    # The example of the Standard Webhooks specification.
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    body = b'{"test": 2432232314}'
    made = signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", body)
    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert new_secret() != new_secret()
