"""The projects of the demo: their data, their reference answers, and how they are worked on."""

from __future__ import annotations

from examples.demo_projects import digits, passages, photographs, preference_pairs
from examples.demo_projects.project import DemoProject

DEMO_PROJECTS: dict[str, DemoProject] = {
    module.PROJECT.slug: module.PROJECT for module in (photographs, digits, passages, preference_pairs)
}
"""By slug: what a project of the demo has in its metadata under `demo`."""

__all__ = ["DEMO_PROJECTS", "DemoProject"]
