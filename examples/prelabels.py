"""Let a model answer first: its answers and scores come with the items, and annotators start from them.

Run it with the address of an engine and an owner's key:

    ASSAY_URL=http://127.0.0.1:8420 ASSAY_API_KEY=... python examples/prelabels.py

The model is a logistic regression trained on the first digits of scikit-learn's data set.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression

import assay
from assay.client import AnnotationLease

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from examples.demo_projects import digits
from examples.demo_projects.project import Row, write_listing

TRAINED_ON = 300
LABELED = range(1000, 1060)
MODEL = "logistic regression"
SURE = 0.9


def main(client: assay.Assay) -> None:
    project = client.projects.create(
        "Digits with pre-labels", digits.PROJECT.interface, instructions=digits.INSTRUCTIONS
    )

    # A folder with a listing: `items.jsonl` names the files, and carries the model's answers.
    with tempfile.TemporaryDirectory() as directory:
        rows = list(prelabeled_rows())
        digits.write_files(Path(directory), rows)
        write_listing(Path(directory), rows)
        project.import_items(directory)

    # An annotator keeps what the model is sure of, and looks at the rest.
    kept = corrected = 0

    def check(lease: AnnotationLease[Any]) -> dict[str, Any]:
        nonlocal kept, corrected
        assert lease.prelabel is not None
        truth = digits.truth(lease.data)
        if (lease.prelabel.score or 0.0) >= SURE or lease.prelabel.answer == truth:
            kept += 1
            return lease.prelabel.answer
        corrected += 1
        return truth

    project.annotate(check)
    print(f"{kept} pre-labels kept, {corrected} corrected")


def prelabeled_rows() -> Iterator[Row]:
    """Items with what the model makes of them; a score is its probability for the answer."""
    data = load_digits()
    model = LogisticRegression(max_iter=1000).fit(data.data[:TRAINED_ON], data.target[:TRAINED_ON])
    for index in LABELED:
        probabilities = model.predict_proba(data.data[[index]])[0]
        best = int(probabilities.argmax())
        yield {
            "key": str(index),
            "data": {"digit": digits.file_name(index)},
            "prelabels": [
                {
                    "answer": {"digit": str(model.classes_[best])},
                    "score": round(float(probabilities[best]), 4),
                    "model": MODEL,
                }
            ],
        }


if __name__ == "__main__":
    with assay.connect() as client:
        main(client)
