"""Everything that is written into a cell's transparency log, by name."""

from __future__ import annotations

from enum import StrEnum


class LogAction(StrEnum):
    """What happened. The value is what the log holds: it is never changed or reused, only added to."""

    LEASE_CLAIMED = "lease.claimed"
    LEASE_RELEASED = "lease.released"
    LEASE_EXPIRED = "lease.expired"
    TASK_SKIPPED = "task.skipped"
    DRAFT_SAVED = "draft.saved"
    ANNOTATION_SUBMITTED = "annotation.submitted"
    ANNOTATION_REVISED = "annotation.revised"
    LABEL_CREATED = "label.created"
    LABEL_REVIEWED = "label.reviewed"
    COMMENT_CREATED = "comment.created"
    COMMENT_CHANGED = "comment.changed"

    ITEM_IMPORTED = "item.imported"
    ITEM_CHANGED = "item.changed"
    ITEM_DELETED = "item.deleted"
    MEDIA_STORED = "media.stored"
    MEDIA_READ = "media.read"
    CONTENT_READ = "content.read"
    EXPORT_CREATED = "export.created"
    EXPORT_READ = "export.read"
    DATASET_VERSION_CREATED = "dataset_version.created"
    EGRESS_SENT = "egress.sent"

    PROJECT_CREATED = "project.created"
    PROJECT_CHANGED = "project.changed"
    PROJECT_DELETED = "project.deleted"
    INTERFACE_CHANGED = "interface.changed"
    INSTRUCTION_CHANGED = "instruction.changed"
    BATCH_CREATED = "batch.created"
    BATCH_CHANGED = "batch.changed"
    TASK_CHANGED = "task.changed"
    GOLD_CHANGED = "gold.changed"
    JOB_STARTED = "job.started"
    JOB_FINISHED = "job.finished"
    WEBHOOK_CHANGED = "webhook.changed"
    WEBHOOK_DELIVERED = "webhook.delivered"

    MEMBER_CHANGED = "member.changed"
    SESSION_CREATED = "session.created"
    SESSION_REVOKED = "session.revoked"
    API_KEY_CREATED = "api_key.created"
    API_KEY_REVOKED = "api_key.revoked"
    POLICY_CHANGED = "policy.changed"
    CODE_CHANGED = "code.changed"
    OWNERSHIP_CHANGED = "ownership.changed"
    ACCESS_DENIED = "access.denied"
    ACCESS_BROKEN_GLASS = "access.broken_glass"

    CELL_CREATED = "cell.created"
    CELL_DELETED = "cell.deleted"
    KEY_CREATED = "key.created"
    KEY_ROTATED = "key.rotated"
    KEY_UNWRAPPED = "key.unwrapped"
    KEY_DESTROYED = "key.destroyed"
