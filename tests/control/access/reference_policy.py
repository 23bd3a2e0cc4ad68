"""A second implementation of the policies, in plain Python, written from the description, not from Cedar."""

from __future__ import annotations

from assay.control.access import Action, Context, Principal, PrincipalKind, Resource, ResourceKind, Role

A = Action

ENGINE = {A.OPERATOR_HEALTH, A.OPERATOR_FIGURES, A.OPERATOR_JOB_READ, A.OPERATOR_JOB_CANCEL}
ENGINE |= {A.OPERATOR_LOG_READ, A.OPERATOR_API_KEY, A.TENANT_LIST, A.TENANT_CREATE}
PEOPLE = {A.PERSON_READ, A.PERSON_CREATE, A.PERSON_UPDATE, A.PERSON_DISABLE}
REGISTRY = {A.TENANT_SUSPEND, A.TENANT_DELETE, A.TENANT_MOVE, A.TENANT_APPOINT_OWNER}
SHARED_WITH_TENANT = {A.TENANT_READ, A.TENANT_UPDATE}
ON_ACCOUNTS = {A.SELF_READ, A.SELF_UPDATE, A.SESSION_REVOKE, A.SIGN_IN_LINK_CREATE} | PEOPLE

ADMINISTRATION = {A.MEMBER_READ, A.MEMBER_CREATE, A.MEMBER_UPDATE, A.MEMBER_REMOVE, A.LOG_READ}
ADMINISTRATION |= {A.API_KEY_READ, A.API_KEY_CREATE, A.API_KEY_REVOKE}

GUIDANCE = {A.PROJECT_READ, A.INTERFACE_READ, A.INSTRUCTION_READ, A.MEDIA_READ}
RESULTS = {A.ITEM_READ, A.LABEL_READ, A.DATASET_VERSION_READ, A.EXPORT_READ, A.FIGURES_READ}
HELD = {A.WORK_SUBMIT, A.WORK_SKIP, A.WORK_DRAFT}
ANSWERS = {A.ANNOTATION_READ, A.COMMENT_READ, A.COMMENT_CREATE, A.COMMENT_RESOLVE}
REVIEWING = {A.REVIEW_LEASE, A.REVIEW_DECIDE, A.BATCH_READ, A.TASK_READ}
BY_PEOPLE_ONLY = {A.PROJECT_CREATE, A.PROJECT_UPDATE, A.PROJECT_ARCHIVE, A.INTERFACE_UPDATE}
BY_PEOPLE_ONLY |= {A.INSTRUCTION_UPDATE, A.WEBHOOK_CREATE, A.WEBHOOK_DELETE, A.GOLD_UPDATE}
BY_PEOPLE_ONLY |= {A.COMMENT_CREATE, A.COMMENT_RESOLVE, A.REVIEW_LEASE, A.REVIEW_DECIDE, A.WORK_LEASE} | HELD

OUTSIDE = {A.KNOW} | ENGINE | PEOPLE | REGISTRY | SHARED_WITH_TENANT | ON_ACCOUNTS
PRODUCTION = set(Action) - OUTSIDE - ADMINISTRATION

LOWER_ROLES = {Role.REVIEWER, Role.ANNOTATOR, Role.VIEWER}


def allowed(principal: Principal, action: Action, resource: Resource, context: Context) -> bool:
    if resource.kind is ResourceKind.ENGINE:
        return _on_engine(principal, action)
    if resource.kind is ResourceKind.PERSON:
        return resource.owner is not None and _on_account(principal, action, resource.owner, context)
    if resource.tenant is None:
        return False
    if resource.tenant != principal.tenant:
        return _on_foreign_tenant(principal, action, context)
    return _in_own_tenant(principal, action, resource, context)


def _is_host(principal: Principal) -> bool:
    return principal.kind is PrincipalKind.SYSTEM and principal.tenant is None


def _runs_engine(principal: Principal) -> bool:
    return principal.role is Role.OPERATOR or _is_host(principal)


def _on_engine(principal: Principal, action: Action) -> bool:
    if action is A.KNOW:
        return True
    return action in ENGINE | PEOPLE and _runs_engine(principal)


def _on_account(principal: Principal, action: Action, owner: object, context: Context) -> bool:
    own = owner == principal.id
    if action is A.KNOW:
        return own or principal.operator or _is_host(principal)
    if action in {A.SELF_READ, A.SELF_UPDATE}:
        return own and principal.kind is PrincipalKind.PERSON
    if action is A.SESSION_REVOKE:
        return (own and principal.kind is PrincipalKind.PERSON) or _runs_engine(principal)
    if action is A.SIGN_IN_LINK_CREATE:
        first = principal.role is Role.OPERATOR and not context.person_has_signed_in
        return first or _is_host(principal)
    return action in PEOPLE and _runs_engine(principal)


def _on_foreign_tenant(principal: Principal, action: Action, context: Context) -> bool:
    if action is A.TENANT_APPOINT_OWNER:
        first = principal.role is Role.OPERATOR and not context.tenant_has_owner
        return first or _is_host(principal)
    if action is A.SIGN_IN_LINK_CREATE:
        return _is_host(principal)
    return action in REGISTRY | SHARED_WITH_TENANT and _runs_engine(principal)


def _in_own_tenant(principal: Principal, action: Action, resource: Resource, context: Context) -> bool:
    own = resource.owner == principal.id
    others = resource.owner is not None and not own
    restricted = principal.projects is not None and resource.project is not None
    if restricted and resource.project not in (principal.projects or frozenset()):
        return False
    if action is A.KNOW:
        return not (others and principal.role in {Role.ANNOTATOR, Role.VIEWER})
    if principal.operator:
        return False
    if principal.projects is not None and resource.project is None:
        own_figures = action is A.FIGURES_READ and own
        if not own_figures and action not in {A.TENANT_READ, A.PROJECT_READ, A.MEMBER_READ}:
            return False
    if action in HELD and others:
        return False
    if action is A.TENANT_READ:
        return True
    if principal.kind is PrincipalKind.SYSTEM:
        return action in PRODUCTION - BY_PEOPLE_ONLY
    if action is A.SIGN_IN_LINK_CREATE:
        unused = not context.person_has_signed_in and not context.person_is_shared
        return unused and principal.role in {Role.OWNER, Role.MANAGER}
    return _by_role(principal.role, action, own, others, context)


def _by_role(role: Role | None, action: Action, own: bool, others: bool, context: Context) -> bool:
    if role is Role.OWNER:
        return action in PRODUCTION | ADMINISTRATION | {A.TENANT_UPDATE}
    if role is Role.MANAGER:
        return action in PRODUCTION | {A.LOG_READ, A.MEMBER_READ} or _staffs(action, context)
    if role is Role.REVIEWER:
        if action in ANSWERS:
            return own or context.under_review
        return action in GUIDANCE | RESULTS | REVIEWING | HELD | {A.WORK_LEASE}
    if role is Role.ANNOTATOR:
        if action in ANSWERS | {A.FIGURES_READ}:
            return own
        return action in GUIDANCE | HELD | {A.WORK_LEASE}
    return role is Role.VIEWER and not own and not others and action in GUIDANCE | RESULTS


def _staffs(action: Action, context: Context) -> bool:
    gives = context.granted_role in LOWER_ROLES
    takes = context.current_role in LOWER_ROLES
    if action is A.MEMBER_CREATE:
        return gives
    if action is A.MEMBER_UPDATE:
        return gives and takes
    return action is A.MEMBER_REMOVE and takes
