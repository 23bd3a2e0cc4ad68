"""What the documentation says is held against the code."""

from __future__ import annotations

import json
import re
from pathlib import Path
from textwrap import indent

import pytest

from assay.errors import InvalidInput
from assay.interface import Interface
from assay.server.projects.models import Workflow
from assay.server.tasks.store import FILTER_NAMES
from assay.settings import Settings

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"


def blocks(page: Path, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", page.read_text(), re.DOTALL)


def rows(page: Path, first_cell: str) -> dict[str, str]:
    """The rows of the table whose header begins with `first_cell`: first cell to the rest."""
    table = page.read_text().split(f"| {first_cell} |", 1)[1].split("\n\n", 1)[0]
    found = re.findall(r"^\| `([^`]+)` \|(.*)\|$", table, re.MULTILINE)
    return dict(found)


def test_every_interface_on_the_page_parses() -> None:
    declarations = [json.loads(block) for block in blocks(DOCS / "task-interface.md", "json")]
    interfaces = [Interface.parse(each) for each in declarations if "inputs" in each]
    assert len(interfaces) == 3


def test_the_answer_on_the_page_is_one_to_the_first_interface() -> None:
    declaration, answer = [json.loads(block) for block in blocks(DOCS / "task-interface.md", "json")][:2]
    interface = Interface.parse(declaration)
    assert interface.validate(answer)["weather"] == "rain"
    with pytest.raises(InvalidInput):
        interface.validate({**answer, "weather": "snow"})


def test_every_setting_is_on_the_page_with_its_default() -> None:
    described = rows(DOCS / "running.md", "variable")
    names = {
        str(field.validation_alias) if field.validation_alias else f"ASSAY_{name.upper()}"
        for name, field in Settings.model_fields.items()
    }
    assert set(described) == names


def test_every_workflow_setting_is_on_the_page_with_its_default() -> None:
    described = rows(DOCS / "labeling-loop.md", "setting")
    plain = {name for name in Workflow.model_fields if name != "review"}
    assert set(described) == plain | {"review.sample", "review.below_agreement"}
    for name in plain:
        default = Workflow.model_fields[name].get_default()
        shown = (
            str(default).lower()
            if isinstance(default, bool)
            else f"{default:g}"
            if isinstance(default, float)
            else str(default)
        )
        assert described[name].split("|")[0].strip() == shown, name


def test_every_filter_name_is_on_the_page() -> None:
    text = (DOCS / "data-in-and-out.md").read_text()
    named = set(re.findall(r"`([a-z]+)(?:\.<[^>]+>)?`", text.split("Names: ", 1)[1].split("\n\n", 1)[0]))
    assert named == set(FILTER_NAMES)


def test_the_readme_shows_the_quickstart() -> None:
    (shown,) = blocks(ROOT / "README.md", "python")
    connecting, _, steps = shown.partition("\n\n")
    assert "assay.connect(" in connecting
    assert indent(steps.strip(), "    ") in (ROOT / "examples" / "quickstart.py").read_text()


@pytest.mark.parametrize("page", [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.glob("*.md"))])
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text()):
        if not target.startswith("http"):
            assert (page.parent / target).exists(), f"{page.name} -> {target}"
