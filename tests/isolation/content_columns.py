"""Every column of a cell that could hold content, and why it may lie there.

`SEALED` holds content under a key. `PLAIN` is readable by whoever has the disk, and says why that is right:
ids, states, counters, settings, digests, and what the customer chose to have in plain text.
"""

from __future__ import annotations

SEALED = frozenset(
    {
        "annotation_revision.answer",
        "batch.name",
        "blob.name",
        "comment.anchor",
        "comment.body",
        "dataset_version.name",
        "draft.answer",
        "gold.answer",
        "gold.explanation",
        "idempotency_key.response",
        "instruction_version.body",
        "interface_version.declaration",
        "interface_version.renames",
        "item.key",
        "item.payload",
        "job.error",
        "job.options",
        "label.answer",
        "lease.note",
        "prelabel.answer",
        "project.name",
        "rejected_row.reason",
        "rejected_row.value",
        "webhook.secret",
        "webhook.url",
    }
)

PLAIN = {
    "blob.content_digest": "keyed with the project's key",
    "blob.media_type": "one of a closed list",
    "batch.state": "a state",
    "dataset_version.root": "hash over keyed commitments",
    "dataset_version.selection": "a filter: it names plaintext columns only",
    "dataset_version.state": "a state",
    "export_file.name": "made by the engine from the format and a number",
    "export_file.sha256": "digest of a whole exported file, for its manifest",
    "idempotency_key.key_digest": "keyed with the cell's key",
    "idempotency_key.request_digest": "keyed with the cell's key",
    "interface_version.edit": "one of a closed list",
    "interface_version.version_hash": "digest of a whole declaration, which verifiers compare",
    "item.key_digest": "keyed with the project's key",
    "item.metadata": "the customer's, in plain text by their choice",
    "job.checkpoint": "numbers and ids, where to go on",
    "job.kind": "one of a closed list",
    "job.parameters": "ids and numbers",
    "job.result": "ids and numbers",
    "job.state": "a state",
    "label.indexed": "values that the interface marks as indexed",
    "label.source": "one of a closed list",
    "lease.reason": "one of a closed list",
    "lease.state": "a state",
    "lease.token_digest": "digest of 144 random bits",
    "log_row.action": "one of a closed list",
    "log_row.entry": "who did what to which id; commitments instead of content",
    "prelabel.model": "which model answered: named in figures and hallmarks",
    "project.metadata": "the customer's, in plain text by their choice",
    "project.state": "a state",
    "project.workflow": "settings",
    "rejected_row.rule": "one of a closed list",
    "review.verdict": "one of a closed list",
    "task.state": "a state",
    "webhook.events": "of a closed list",
    "webhook.state": "a state",
    "webhook_delivery.last_error": "made by the engine, from a closed list of reasons",
    "webhook_delivery.state": "a state",
    "webhook_event.details": "ids, states and numbers",
    "webhook_event.kind": "one of a closed list",
}

ENGINE_TABLES = {
    "schema_migration": "names and digests of the migrations that ran",
    "procrastinate": "the job queue: kinds of jobs and their ids",
}
"""Tables and schemas that no request writes values of its own to."""
