"""The Cedar policies in force, parsed once, and their hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import cedarpy

from assay.control.access.facts import Facts, cedar_entities, cedar_request
from assay.control.access.vocabulary import Decision

ENGINE_ERROR = "engine.error"
"""The reason of a refusal that no policy decided: the engine could not evaluate the request."""


@dataclass(frozen=True, slots=True)
class PolicyText:
    """The policies and their schema as the customer reads them: file name to text."""

    policies: dict[str, str]
    schema: str

    @property
    def joined(self) -> str:
        return "\n".join(self.policies[name] for name in sorted(self.policies))

    @property
    def hash(self) -> str:
        """`sha256:` and the hex SHA-256 over schema and policies in file name order, each ended by NUL."""
        digest = hashlib.sha256(self.schema.encode() + b"\0")
        for name in sorted(self.policies):
            digest.update(self.policies[name].encode() + b"\0")
        return f"sha256:{digest.hexdigest()}"


@cache
def shipped_policies() -> PolicyText:
    """The policies of this release, from the package's files."""
    folder = resources.files(__package__) / "policies"
    texts = {file.name: file.read_text("utf-8") for file in folder.iterdir()}
    schema = texts.pop("schema.cedarschema")
    return PolicyText({name: text for name, text in texts.items() if name.endswith(".cedar")}, schema)


class PolicyEngine:
    """Evaluates facts against one set of policies. Remembers nothing; see `assay.control.access.gate`.

    Raises ValueError when the policies do not parse or do not conform to the schema.
    """

    def __init__(self, text: PolicyText) -> None:
        self.policy_hash = text.hash
        self._schema = cedarpy.Schema.from_str(text.schema)
        validation = cedarpy.validate_policies(text.joined, self._schema)
        if not validation.validation_passed:
            raise ValueError("; ".join(str(error) for error in validation.errors))
        self._policies = cedarpy.PolicySet.from_str(text.joined)

    def evaluate(self, several: Sequence[Facts]) -> list[Decision]:
        """One decision for each of `several`, in order. Whatever goes wrong inside is a refusal."""
        try:
            return self._evaluate(several)
        except Exception:  # the gate fails closed, whatever the reason
            return [self._refusal_by_error() for _ in several]

    def _evaluate(self, several: Sequence[Facts]) -> list[Decision]:
        requests = [cedar_request(facts) for facts in several]
        entities = cedarpy.Entities.from_json_str(json.dumps(cedar_entities(several)), self._schema)
        results = cedarpy.is_authorized_batch(requests, self._policies, entities, self._schema)
        return [self._decision(result) for result in results]

    def _decision(self, result: Any) -> Decision:
        diagnostics = result.diagnostics
        # Cedar leaves out a policy that fails to evaluate, and a prohibition left out would permit.
        if diagnostics.errors or result.decision is cedarpy.Decision.NoDecision:
            return self._refusal_by_error()
        names = diagnostics.id_annotations_by_reason
        reasons = tuple(sorted(names.get(reason, reason) for reason in diagnostics.reasons))
        return Decision(result.allowed, reasons, self.policy_hash)

    def _refusal_by_error(self) -> Decision:
        return Decision(False, (ENGINE_ERROR,), self.policy_hash)
