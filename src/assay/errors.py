"""Every error Assay raises on purpose, typed once.

The server turns these into RFC 9457 problem documents in one place
(`assay.server.problems`); the client turns problem documents back into these.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a value, and where.

    `path` is a JSON Pointer (RFC 6901) into the value that was given, `""` for the whole.
    `rule` is a stable slug of the rule that was broken; `message` says it to a person.
    """

    path: str
    rule: str
    message: str


class AssayError(Exception):
    """Base of all errors that a caller can understand and act upon.

    `detail` says what happened, `path` where in the input (JSON Pointer), `advice` what to do next,
    `problems` lists several places at once, `extra` is added to the problem document as it stands.
    None of these may quote customer content: they end up in responses to people who may not see it.
    """

    code: ClassVar[str] = "internal"
    status: ClassVar[int] = 500
    title: ClassVar[str] = "Something went wrong"

    def __init__(
        self,
        detail: str,
        *,
        path: str | None = None,
        advice: str | None = None,
        problems: Sequence[Problem] = (),
        **extra: Any,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.path = path
        self.advice = advice
        self.problems = tuple(problems)
        self.extra = extra


class Malformed(AssayError):
    """The input cannot be read at all: broken JSON, a bad cursor, a wrong content type."""

    code, status, title = "malformed", 400, "The request cannot be read"


class Unauthenticated(AssayError):
    code, status, title = "unauthenticated", 401, "Sign in first"


class Forbidden(AssayError):
    code, status, title = "forbidden", 403, "Not allowed"


class NotFound(AssayError):
    """The thing does not exist, or the caller may not know that it does: both look the same."""

    code, status, title = "not_found", 404, "Not found"


class Conflict(AssayError):
    code, status, title = "conflict", 409, "The state has changed"


class LeaseLost(Conflict):
    """The lease ran out and its slot went to somebody else, or it was never the caller's."""

    code, title = "lease_lost", "The lease is no longer yours"


class RevisionConflict(Conflict):
    """Compare-and-set failed: somebody wrote a newer revision."""

    code, title = "revision_conflict", "There is a newer revision"


class TooLarge(AssayError):
    code, status, title = "too_large", 413, "Too large"


class InvalidInput(AssayError):
    """The input can be read but breaks a rule; `problems` names each place."""

    code, status, title = "invalid_input", 422, "The input breaks a rule"


class TooManyRequests(AssayError):
    code, status, title = "too_many_requests", 429, "Too many requests"


class Unavailable(AssayError):
    """A part that the answer needs is not there now; the same request may succeed later."""

    code, status, title = "unavailable", 503, "Not available now"


class KeyUnavailable(Unavailable):
    """The key backend refused or could not be reached: the content stays sealed."""

    code, title = "key_unavailable", "The key is not available"


class StorageFull(AssayError):
    code, status, title = "storage_full", 507, "The disk is full"


class IntegrityError(AssayError):
    """Sealed data failed authentication: it was changed, moved, or sealed under another key."""

    code, status, title = "integrity", 500, "Stored data failed its integrity check"
