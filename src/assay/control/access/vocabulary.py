"""The words of an access decision: who (`Principal`), does what (`Action`), to what (`Resource`)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Role(StrEnum):
    """What a principal is in a tenant; `OPERATOR` runs the engine and is in no tenant."""

    OWNER = "owner"
    MANAGER = "manager"
    REVIEWER = "reviewer"
    ANNOTATOR = "annotator"
    VIEWER = "viewer"
    OPERATOR = "operator"

    __hash__ = str.__hash__  # Enum's own hash is Python code, and decisions are looked up by it


class PrincipalKind(StrEnum):
    PERSON = "person"
    API_KEY = "api_key"
    SYSTEM = "system"

    __hash__ = str.__hash__


class ResourceKind(StrEnum):
    """What an action is done to. `ENGINE` and `PERSON` lie outside of every tenant, all others inside one."""

    ENGINE = "engine"
    PERSON = "person"
    TENANT = "tenant"
    MEMBER = "member"
    API_KEY = "api_key"
    PROJECT = "project"
    INTERFACE = "interface"
    INSTRUCTION = "instruction"
    ITEM = "item"
    BATCH = "batch"
    TASK = "task"
    LEASE = "lease"
    ANNOTATION = "annotation"
    REVIEW = "review"
    LABEL = "label"
    GOLD = "gold"
    COMMENT = "comment"
    DATASET_VERSION = "dataset_version"
    IMPORT = "import"
    EXPORT = "export"
    JOB = "job"
    WEBHOOK = "webhook"
    FIGURES = "figures"
    MEDIA = "media"
    LOG = "log"

    __hash__ = str.__hash__


class Action(StrEnum):
    """Everything the engine can be asked to do. The Cedar schema declares exactly these."""

    KNOW = "know"
    """Learn that the resource exists. Where this is denied, any refusal looks like a missing resource."""

    SELF_READ = "self.read"
    SELF_UPDATE = "self.update"

    OPERATOR_HEALTH = "operator.health"
    OPERATOR_FIGURES = "operator.figures"
    OPERATOR_JOB_READ = "operator.job_read"
    OPERATOR_JOB_CANCEL = "operator.job_cancel"
    OPERATOR_LOG_READ = "operator.log_read"
    OPERATOR_API_KEY = "operator.api_key"
    TENANT_LIST = "tenant.list"
    TENANT_CREATE = "tenant.create"
    TENANT_SUSPEND = "tenant.suspend"
    TENANT_DELETE = "tenant.delete"
    TENANT_MOVE = "tenant.move"
    TENANT_APPOINT_OWNER = "tenant.appoint_owner"
    TENANT_READ = "tenant.read"
    TENANT_UPDATE = "tenant.update"
    PERSON_READ = "person.read"
    PERSON_CREATE = "person.create"
    PERSON_UPDATE = "person.update"
    PERSON_DISABLE = "person.disable"
    SESSION_REVOKE = "session.revoke"
    SIGN_IN_LINK_CREATE = "sign_in_link.create"

    MEMBER_READ = "member.read"
    MEMBER_CREATE = "member.create"
    MEMBER_UPDATE = "member.update"
    MEMBER_REMOVE = "member.remove"
    API_KEY_READ = "api_key.read"
    API_KEY_CREATE = "api_key.create"
    API_KEY_REVOKE = "api_key.revoke"
    LOG_READ = "log.read"

    PROJECT_CREATE = "project.create"
    PROJECT_READ = "project.read"
    PROJECT_UPDATE = "project.update"
    PROJECT_ARCHIVE = "project.archive"
    INTERFACE_READ = "interface.read"
    INTERFACE_UPDATE = "interface.update"
    INSTRUCTION_READ = "instruction.read"
    INSTRUCTION_UPDATE = "instruction.update"
    ITEM_IMPORT = "item.import"
    ITEM_READ = "item.read"
    ITEM_UPDATE = "item.update"
    ITEM_DELETE = "item.delete"
    IMPORT_READ = "import.read"
    BATCH_READ = "batch.read"
    BATCH_CREATE = "batch.create"
    BATCH_UPDATE = "batch.update"
    TASK_READ = "task.read"
    TASK_UPDATE = "task.update"
    WORK_LEASE = "work.lease"
    WORK_SUBMIT = "work.submit"
    WORK_SKIP = "work.skip"
    WORK_DRAFT = "work.draft"
    REVIEW_LEASE = "review.lease"
    REVIEW_DECIDE = "review.decide"
    LABEL_READ = "label.read"
    ANNOTATION_READ = "annotation.read"
    GOLD_READ = "gold.read"
    GOLD_UPDATE = "gold.update"
    COMMENT_READ = "comment.read"
    COMMENT_CREATE = "comment.create"
    COMMENT_RESOLVE = "comment.resolve"
    DATASET_VERSION_READ = "dataset_version.read"
    DATASET_VERSION_CREATE = "dataset_version.create"
    EXPORT_READ = "export.read"
    EXPORT_CREATE = "export.create"
    JOB_READ = "job.read"
    JOB_CANCEL = "job.cancel"
    WEBHOOK_READ = "webhook.read"
    WEBHOOK_CREATE = "webhook.create"
    WEBHOOK_UPDATE = "webhook.update"
    WEBHOOK_DELETE = "webhook.delete"
    FIGURES_READ = "figures.read"
    MEDIA_READ = "media.read"

    __hash__ = str.__hash__


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks, acting in at most one tenant.

    `projects` is None when the membership covers every project of the tenant. `operator` says that this
    principal runs the engine: it never reads content, whatever its role. A person who is signed in but
    acts in no tenant has neither tenant nor role; the engine itself (`SYSTEM`) has no role.
    """

    id: UUID
    kind: PrincipalKind
    tenant: UUID | None = None
    role: Role | None = None
    projects: frozenset[UUID] | None = None
    operator: bool = False

    def __post_init__(self) -> None:
        """A contradiction is a fault of the program: ValueError."""
        in_tenant = self.role is not None and self.role is not Role.OPERATOR
        if self.kind is PrincipalKind.SYSTEM:
            consistent = self.role is None and self.projects is None and not self.operator
        elif self.role is Role.OPERATOR:
            consistent = self.tenant is None and self.projects is None and self.operator
        else:
            consistent = in_tenant == (self.tenant is not None) and (in_tenant or self.projects is None)
        if not consistent:
            raise ValueError("a principal's kind, tenant, role, projects and operator flag contradict")


@dataclass(frozen=True, slots=True)
class Resource:
    """What is asked about.

    `owner` is the person it belongs to: who holds a lease, wrote an annotation, whose figures or membership
    or account it is. A list within a project or tenant is asked about with that project or tenant and no
    owner. What concerns several projects (a new membership) is asked about once for each of them.
    """

    kind: ResourceKind
    tenant: UUID | None = None
    project: UUID | None = None
    owner: UUID | None = None


@dataclass(frozen=True, slots=True)
class Context:
    """Facts about the request itself. What is not given stays at the value that permits least.

    `granted_role`: the role that a new membership or API key would give.
    `current_role`: the role that the member or key being changed has now.
    `under_review`: the task is under review, so its answers are no longer blind to reviewers.
    `tenant_has_owner`: the tenant already has an owner who may appoint others.
    `person_has_signed_in`, `person_is_shared`: the account is in use already; it is a member elsewhere too.
    """

    granted_role: Role | None = None
    current_role: Role | None = None
    under_review: bool = False
    tenant_has_owner: bool = True
    person_has_signed_in: bool = True
    person_is_shared: bool = True


NO_CONTEXT = Context()


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer, the ids of the policies that decided it, and the hash of all policies in force."""

    allowed: bool
    reasons: tuple[str, ...]
    policy_hash: str
