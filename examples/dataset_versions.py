"""Dataset versions: labels as they were at one moment, to train on, compare, and export again at any time.

Run it with the address of an engine and an owner's key:

    ASSAY_URL=http://127.0.0.1:8420 ASSAY_API_KEY=... python examples/dataset_versions.py
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import assay

INTERFACE = {
    "version": 1,
    "inputs": [{"name": "word", "type": "text", "source": "$.word"}],
    "fields": [
        {"name": "language", "type": "choice", "options": [{"value": "english"}, {"value": "german"}]}
    ],
}
LANGUAGES = {"house": "english", "Haus": "german", "Baum": "german", "gift": "english", "tree": "english"}


def main(client: assay.Assay, directory: Path) -> None:
    project = client.projects.create("Words", INTERFACE)
    project.import_items([{"key": word, "data": {"word": word}} for word in ("house", "Haus", "Baum")])
    answer_all(project)

    # A version is immutable. Its root is a checksum over its rows: the same rows have the same root.
    first = project.create_dataset_version("For the first training run")
    print(f"version {first.number}: {first.rows} rows, root {first.root}")

    # Work goes on, and the version stays what it was.
    project.import_items([{"key": word, "data": {"word": word}} for word in ("gift", "tree")])
    answer_all(project)
    second = project.create_dataset_version("With more words")
    difference = first.diff(second)
    print(f"version {second.number}: {difference.added} added, {difference.changed} changed")
    for change in first.changes(second):
        print(f"  {project.item(change.item_id).key} was {change.change}")

    # Each can be exported whenever it is needed; the manifest of an export has the root of its version.
    for version in (first, second):
        manifest = project.export(directory / f"version-{version.number}", "parquet", version=version)
        print(f"version {version.number}: {manifest.rows} rows in {len(manifest.files)} files")
        assert manifest.root == version.root


def answer_all(project: assay.Project) -> None:
    """Answer what there is, and wait until the answers have become labels."""
    project.annotate(lambda lease: {"language": LANGUAGES[lease.data["word"]]})
    project.wait_for_consensus()


if __name__ == "__main__":
    with assay.connect() as client, tempfile.TemporaryDirectory() as directory:
        main(client, Path(directory))
