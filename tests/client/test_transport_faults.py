"""What the client does when the way to the engine is bad; the engine is played by a function."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

import httpx
import orjson
import pytest

import assay
from assay.client.problems import error_of
from assay.client.session import ATTEMPTS
from assay.errors import (
    AssayError,
    InvalidInput,
    LeaseLost,
    Problem,
    TooManyRequests,
    Unauthenticated,
    Unavailable,
)

ME: dict[str, Any] = {
    "kind": "api_key",
    "id": "00000000-0000-7000-8000-000000000001",
    "email": None,
    "display_name": "robot",
    "operator": False,
    "memberships": [],
}
TENANT = "00000000-0000-7000-8000-00000000000a"
PROJECT = "00000000-0000-7000-8000-00000000000b"
Handler = Callable[[httpx.Request], httpx.Response]


class Engine:
    """Answers from a list, the last answer again and again; remembers requests and pauses."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self.answers = list(answers)
        self.requests: list[httpx.Request] = []
        self.pauses: list[float] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self.requests.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def client(self) -> assay.Assay:
        client = assay.connect("http://engine", "key", tenant=TENANT, transport=httpx.MockTransport(self))

        async def sleep(seconds: float) -> None:
            self.pauses.append(seconds)

        client._session.transport.sleep = sleep  # type: ignore[method-assign]
        return client


def problem(status: int, code: str, headers: dict[str, str] | None = None, **members: Any) -> httpx.Response:
    body = {"status": status, "code": code, "title": "t", "detail": "d", **members}
    return httpx.Response(status, headers=headers, content=orjson.dumps(body))


def test_a_safe_call_is_sent_again_until_it_is_answered() -> None:
    engine = Engine(httpx.ConnectError("down"), problem(503, "unavailable"), httpx.Response(200, json=ME))
    assert engine.client().me().display_name == "robot"
    assert len(engine.requests) == 3
    assert 0 < engine.pauses[0] <= 0.25
    assert engine.pauses[1] <= 0.5


def test_retry_after_is_obeyed_and_attempts_are_bounded() -> None:
    engine = Engine(problem(429, "too_many_requests", {"retry-after": "7"}))
    with pytest.raises(TooManyRequests):
        engine.client().me()
    assert len(engine.requests) == ATTEMPTS
    assert engine.pauses == [7.0] * (ATTEMPTS - 1)


def test_a_create_is_sent_again_under_the_same_key() -> None:
    engine = Engine(httpx.ReadError("broke off"))
    with pytest.raises(Unavailable, match="broke off"):
        engine.client().projects.create("P", {"version": 1})
    keys = {request.headers["idempotency-key"] for request in engine.requests}
    assert (len(engine.requests), len(keys)) == (ATTEMPTS, 1)


def test_what_may_not_happen_twice_is_sent_once() -> None:
    engine = Engine(httpx.ReadError("broke off"))
    with pytest.raises(Unavailable):
        engine.client().members.invite("ada@example.org", "viewer")
    assert len(engine.requests) == 1
    assert engine.pauses == []


def test_an_iterator_is_not_sent_again_but_a_list_is() -> None:
    project = {
        "id": PROJECT,
        "name": "P",
        "state": "active",
        "workflow": {},
        "interface_version": 1,
        "instruction_version": 0,
        "metadata": {},
        "created_at": "2026-01-01T00:00:00Z",
        "updated_at": "2026-01-01T00:00:00Z",
    }
    for rows, attempts in ((iter([{"data": {}}]), 1), ([{"data": {}}], ATTEMPTS)):
        engine = Engine(httpx.Response(200, json=project), httpx.ReadError("broke off"))
        found = engine.client().projects.get(PROJECT)
        with pytest.raises(Unavailable):
            found.import_items(rows)
        assert len(engine.requests) - 1 == attempts
        assert {request.content for request in engine.requests[1:]} == {b'{"data":{}}\n'}


def test_problem_documents_become_typed_errors_again() -> None:
    document = {
        "code": "lease_lost",
        "status": 409,
        "detail": "It ran out.",
        "path": "/lease_id",
        "advice": "Lease again.",
        "problems": [{"path": "/a", "rule": "r", "message": "m"}],
        "reasons": ["x"],
    }
    error = error_of(409, orjson.dumps(document))
    assert type(error) is LeaseLost
    assert (error.detail, error.path, error.advice) == ("It ran out.", "/lease_id", "Lease again.")
    assert error.problems == (Problem("/a", "r", "m"),)
    assert error.extra == {"reasons": ["x"]}


@pytest.mark.parametrize(
    ("status", "content", "kind"),
    [
        (401, b"<html>a proxy</html>", Unauthenticated),
        (422, b'{"detail": "without a code"}', InvalidInput),
        (418, b"", AssayError),
        (503, b"[]", Unavailable),
        (502, b"<html>bad gateway</html>", Unavailable),
    ],
)
def test_answers_that_are_no_problem_documents(status: int, content: bytes, kind: type[AssayError]) -> None:
    error = error_of(status, content)
    assert type(error) is kind
    assert str(error)


def test_an_answer_of_something_else_is_a_clear_error() -> None:
    with pytest.raises(AssayError, match="does not understand"):
        Engine(httpx.Response(200, json={"hello": "world"})).client().me()


def test_the_key_stays_out_of_sight_and_no_redirect_takes_it_away() -> None:
    engine = Engine(httpx.Response(302, headers={"location": "http://elsewhere/"}))
    client = engine.client()
    with pytest.raises(AssayError):
        client.me()
    assert [request.url.host for request in engine.requests] == ["engine"]
    assert "key" not in repr(client._session.__dict__.keys() - {"_headers"})


def test_wrong_addresses_and_tenants_are_refused_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InvalidInput):
        assay.connect("engine.example", "key")
    with pytest.raises(InvalidInput):
        assay.connect("http://engine", "key", tenant="../other")
    with pytest.raises(InvalidInput, match="No key"):
        assay.connect("http://engine")
    monkeypatch.setenv("ASSAY_URL", "http://engine")
    monkeypatch.setenv("ASSAY_API_KEY", "key")
    with assay.connect() as client:
        assert client.address == "http://engine"


async def test_the_blocking_client_works_where_an_event_loop_runs() -> None:
    """As in a notebook."""
    client = Engine(httpx.Response(200, json={"items": [], "next_cursor": None})).client()
    assert list(client.projects.list()) == []


def test_lists_are_walked_page_by_page() -> None:
    row = {
        "id": PROJECT,
        "kind": "export",
        "state": "done",
        "done": 1,
        "total": 1,
        "rejected": 0,
    } | dict.fromkeys(("project_id", "progress", "result", "error", "started_at", "finished_at"))
    page = {"items": [{**row, "cancel_requested": False, "created_at": "2026-01-01T00:00:00Z"}]}
    engine = Engine(httpx.Response(200, json={**page, "next_cursor": "abc"}), httpx.Response(200, json=page))
    assert len(list(engine.client().jobs("kind = export"))) == 2
    assert [request.url.params.get("cursor") for request in engine.requests] == [None, "abc"]
    assert {request.url.params["filter"] for request in engine.requests} == {"kind = export"}


def test_awaiting_in_a_function_for_the_blocking_client_says_what_to_do() -> None:
    from assay.client.transports import run_to_end

    class Suspension:
        def __await__(self) -> Generator[None, None, None]:
            yield

    async def suspends() -> None:
        await Suspension()

    with pytest.raises(RuntimeError, match="connect_async"):
        run_to_end(suspends())
