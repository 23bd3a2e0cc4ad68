"""The demo's data: every item fits its interface, every reference answer is valid, every file is there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import pytest
from examples.demo_projects import DEMO_PROJECTS, DemoProject, digits, passages, photographs
from examples.demo_projects.project import INTERFACES, Json, Row, read_data
from examples.simulated_annotators import error_rates, unsteady
from PIL import Image
from sklearn.datasets import load_digits

from assay.formats.folder import FolderReader
from assay.interface import Interface

FEW = 60


@pytest.fixture(params=DEMO_PROJECTS.values(), ids=list(DEMO_PROJECTS))
def demo(request: pytest.FixtureRequest) -> DemoProject:
    project: DemoProject = request.param
    return project


@pytest.fixture
def interface(demo: DemoProject) -> Interface:
    return Interface.parse(demo.interface.read_bytes())


def as_imported(demo: DemoProject, row: Row, folder: Path) -> Json:
    """The item's data as the import leaves it: names of files have become references."""
    data: Json = row["data"]
    if demo.write_files is None:
        return data
    demo.write_files(folder, [row])
    return {name: _reference(folder / file) for name, file in data.items()}


def _reference(picture: Path) -> Json:
    with Image.open(picture) as image:
        width, height = image.size
    return {"blob": str(UUID(int=1)), "name": picture.name, "width": width, "height": height}


@pytest.mark.parametrize("path", sorted(INTERFACES.glob("*.json")), ids=lambda path: path.stem)
def test_every_interface_file_is_used_and_has_a_key_for_everything(path: Path) -> None:
    assert path in {demo.interface for demo in DEMO_PROJECTS.values()}
    assert Interface.parse(path.read_bytes()).hotkeys()


def test_items_fit_and_samples_are_valid(demo: DemoProject, interface: Interface, tmp_path: Path) -> None:
    for number, row in enumerate(demo.rows(FEW)):
        data = as_imported(demo, row, tmp_path)
        assert interface.check_item(data) == []
        sample = interface.sample(Random(number), data)
        assert interface.validate(sample, data) == sample


def test_reference_answers_are_valid_and_stay_as_they_are(
    demo: DemoProject, interface: Interface, tmp_path: Path
) -> None:
    for row in demo.rows(FEW):
        data = as_imported(demo, row, tmp_path)
        truth = demo.truth(data)
        assert interface.validate(truth, data) == truth
        for answer in _carried(row):
            assert answer == truth


def _carried(row: Row) -> Iterator[Json]:
    if "gold" in row:
        yield row["gold"]["answer"]
    for prelabel in row.get("prelabels", ()):
        yield prelabel["answer"]


def test_keys_are_unique(demo: DemoProject) -> None:
    keys = [row["key"] for row in demo.rows(None)]
    assert len(set(keys)) == len(keys) > 0


def test_simulated_errors_are_valid_answers(demo: DemoProject, interface: Interface, tmp_path: Path) -> None:
    for number, row in enumerate(demo.rows(FEW)):
        data = as_imported(demo, row, tmp_path)
        random = Random(number)
        wrong = interface.perturb(demo.truth(data), random, 0.5, data)
        drawn = unsteady(interface, wrong, data, random)
        assert interface.validate(drawn, data) == drawn


def test_a_folder_with_files_can_be_imported(demo: DemoProject, tmp_path: Path) -> None:
    if demo.write_files is None:
        assert demo.source(tmp_path, demo.rows(3)) == demo.rows(3)
        return
    source = demo.source(tmp_path, demo.rows(3))
    assert isinstance(source, Path)
    rows: list[Any] = list(FolderReader(source).read())
    assert [row.key for row in rows] == [row["key"] for row in demo.rows(3)]
    assert [[file.name for file in row.files] for row in rows] == [
        list(row["data"].values()) for row in demo.rows(3)
    ]


def test_photographs_are_installed_and_their_source_and_licence_are_stated(readme: str) -> None:
    for photograph in read_data("photographs.json"):
        assert photographs.photograph_path(photograph["file"]).is_file()
        assert photograph["source"]
        assert photograph["licence"] in ("CC0", "Public domain", "No known copyright restrictions")
        assert photograph["file"] in readme


def test_spans_quote_the_passage_by_code_points() -> None:
    for _, text in passages.passages():
        for mention in passages.truth({"text": text})["mentions"]:
            span = mention["geometry"]
            assert text[span["start"] : span["end"]] == span["quote"]
    # Offsets in UTF-8 bytes would be others: there is more than ASCII in front of most names.
    assert sum(not text.isascii() for _, text in passages.passages()) > len(passages.passages()) / 2


def test_digits_are_drawn_as_they_are_and_know_their_labels() -> None:
    data = load_digits()
    picture = digits.picture(17)
    assert picture.size == (32, 32)
    assert picture.getpixel((0, 0)) == round(data.images[17][0][0] * 255 / 16)
    assert digits.truth({"digit": {"name": digits.file_name(17)}}) == {"digit": str(data.target[17])}
    assert len(digits.rows()) == len(data.target) == 1797


def test_drawn_digits_are_small_files(tmp_path: Path) -> None:
    chosen = digits.rows(5)
    digits.write_files(tmp_path, chosen)
    for row in chosen:
        file = tmp_path / row["data"]["digit"]
        assert file.stat().st_size < 1000
        with Image.open(file) as image:
            assert image.format == "PNG"


def test_error_rates_have_the_mean_asked_for() -> None:
    assert error_rates(0.1, 1) == [0.1]
    rates = error_rates(0.1, 5)
    assert sum(rates) / 5 == pytest.approx(0.1)
    assert list(rates) == sorted(set(rates))
    assert max(error_rates(0.9, 3)) == 1.0
