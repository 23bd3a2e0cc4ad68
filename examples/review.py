"""What happens where annotators disagree: a reviewer accepts, fixes, or sends back.

Run it with the address of an engine and an owner's key:

    ASSAY_URL=http://127.0.0.1:8420 ASSAY_API_KEY=... python examples/review.py
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import assay
from assay.client import AnnotationLease, ReviewLease
from assay.client.tenants import Role

INTERFACE = {
    "version": 1,
    "inputs": [{"name": "review", "type": "text", "source": "$.text"}],
    "fields": [
        {
            "name": "mood",
            "type": "choice",
            "options": [{"value": "good"}, {"value": "mixed"}, {"value": "bad"}],
            "ordinal": True,
        }
    ],
}

TEXTS = {
    "agreed": "I would buy it again at once.",
    "close": "Good sound, poor battery.",
    "opposite": "Well, that was money well spent. Not.",
    "unclear": "Arrived on Tuesday.",
}
KEY_OF = {text: key for key, text in TEXTS.items()}

# What two annotators make of them. They do not see each other's answers.
OPINIONS = {
    "Ada": {"agreed": "good", "close": "mixed", "opposite": "good", "unclear": "good"},
    "Ben": {"agreed": "good", "close": "bad", "opposite": "bad", "unclear": "mixed"},
}


def main(client: assay.Assay) -> None:
    # Two annotations for each task; what they do not agree on completely goes to a reviewer.
    project = client.projects.create(
        "Product reviews", INTERFACE, overlap=2, review={"below_agreement": 1.0}, send_back_to="anyone"
    )
    project.import_items([{"key": key, "data": {"text": text}} for key, text in TEXTS.items()])

    for name, opinions in OPINIONS.items():
        with acting_as(client, name, "annotator", project) as own:
            for lease in own.lease_many(len(TEXTS)):
                lease.submit({"mood": opinions[KEY_OF[lease.data["text"]]]}, active_ms=4000)
    project.wait_for_consensus()
    for task in project.tasks("state = review"):
        print(f"task {task.id} is under review: agreement {task.agreement}")

    # The reviewer sees the proposal of consensus, and the answers behind it.
    def judge(lease: ReviewLease[Any]) -> assay.Accept | assay.Fix | assay.SendBack:
        assert lease.label is not None
        match KEY_OF[lease.data["text"]]:
            case "close":
                return (
                    assay.Accept()
                    if lease.label.answer == {"mood": "mixed"}
                    else assay.Fix({"mood": "mixed"})
                )
            case "opposite":
                return assay.Fix({"mood": "bad"}, comment="This is irony.")
            case _:
                return assay.SendBack("Does it say anything about the product? Else skip it.", field="mood")

    with acting_as(client, "Rita", "reviewer", project) as own:
        print(f"{own.review(judge)} tasks judged")

    # What was sent back is offered again, with the comment, to somebody who may look at it once more.
    def look_again(lease: AnnotationLease[Any]) -> assay.Skip:
        print(f"sent back: {[comment.body for comment in lease.comments]}")
        return assay.Skip("not_applicable", note="Nothing about the product.")

    with acting_as(client, "Cleo", "annotator", project) as own:
        own.annotate(look_again)

    # Nothing is overwritten: each task keeps every revision of its label, and who decided.
    for task in project.tasks("state = done"):
        for label in task.labels():
            print(f"label {label.answer}, revision {label.revision}, from {label.source}")


@contextmanager
def acting_as(client: assay.Assay, name: str, role: Role, project: assay.Project) -> Iterator[assay.Project]:
    """The project as seen by somebody else: here by the holder of a key that ends with the block."""
    key = client.api_keys.create(name, role, projects=[project.id])
    try:
        with assay.connect(client.address, key.key) as other:
            yield other.projects.get(project.id)
    finally:
        client.api_keys.revoke(key.id)


if __name__ == "__main__":
    with assay.connect() as client:
        main(client)
