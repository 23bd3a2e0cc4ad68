"""Who may do what: Cedar policies behind one function, `authorize(principal, action, resource, context)`."""

from assay.control.access.gate import Gate, authorize, not_found, require, shipped_gate
from assay.control.access.policy import PolicyEngine, PolicyText, shipped_policies
from assay.control.access.vocabulary import (
    NO_CONTEXT,
    Action,
    Context,
    Decision,
    Principal,
    PrincipalKind,
    Resource,
    ResourceKind,
    Role,
)

__all__ = [
    "NO_CONTEXT",
    "Action",
    "Context",
    "Decision",
    "Gate",
    "PolicyEngine",
    "PolicyText",
    "Principal",
    "PrincipalKind",
    "Resource",
    "ResourceKind",
    "Role",
    "authorize",
    "not_found",
    "require",
    "shipped_gate",
    "shipped_policies",
]
