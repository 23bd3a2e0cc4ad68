"""From data to a dataset that anybody can check, in one page.

Run it with the address of an engine and an owner's key:

    ASSAY_URL=http://127.0.0.1:8420 ASSAY_API_KEY=... python examples/quickstart.py
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import assay
from assay.client import AnnotationLease
from assay.formats import Manifest

INTERFACE = {
    "version": 1,
    "inputs": [{"name": "ticket", "type": "text", "source": "$.text"}],
    "fields": [
        {
            "name": "topic",
            "type": "choice",
            "options": [{"value": "billing"}, {"value": "delivery"}, {"value": "other"}],
            "indexed": True,
        },
        {"name": "urgency", "type": "rating", "min": 1, "max": 3},
    ],
}

TICKETS = [
    {"key": "ticket-1", "data": {"text": "I was charged twice for order 1180."}},
    {"key": "ticket-2", "data": {"text": "The parcel has been in the same depot for nine days."}},
    {"key": "ticket-3", "data": {"text": "Do you have the grey one in size 42?"}},
    {"key": "ticket-4", "data": {"body": "This row does not have what the interface reads."}},
]


def main(client: assay.Assay, directory: Path) -> None:
    # A project asks one question about each of its items. The interface says which.
    project = client.projects.create("Support tickets", INTERFACE, instructions="What is the ticket about?")

    # Rows that cannot be imported are named, with the place and the reason; the rest goes in.
    job = project.import_items(TICKETS)
    print(f"{job.done - job.rejected} items imported")
    for row in job.rejections():
        print(f"  row {row.number} rejected: {row.reason}")

    # A person answers in the browser. A program does it through the same leases, one task after the other.
    answered = project.annotate(answer)
    print(f"{answered} tasks answered")

    # Answers become labels a moment after they are in.
    project.wait_for_consensus()

    # Every finished label with its item ...
    for labeled in project.labels():
        print(f"  {labeled.key}: {labeled.label}")

    # ... or all of them as files. The manifest has the checksum of each file, and one over all rows.
    manifest = project.export(directory, format="jsonl")
    print(f"{manifest.rows} rows exported, root {manifest.root}")

    # Whoever gets the files can check them, years later and without us.
    print(f"problems found: {Manifest.read(directory).verify(directory)}")


def answer(lease: AnnotationLease) -> dict[str, object]:
    """Our answer to one task: `lease.data` is the item."""
    text = lease.data["text"].lower()
    if "charged" in text:
        return {"topic": "billing", "urgency": 3}
    if "parcel" in text:
        return {"topic": "delivery", "urgency": 2}
    return {"topic": "other", "urgency": 1}


if __name__ == "__main__":
    with assay.connect() as client, tempfile.TemporaryDirectory() as directory:
        main(client, Path(directory))
