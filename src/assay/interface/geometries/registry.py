"""Every geometry by its name. Adding one is adding one file to this package."""

from __future__ import annotations

from typing import TypeVar

from assay.interface.geometries.base import Geometry

GEOMETRIES: dict[str, Geometry] = {}

G = TypeVar("G", bound=Geometry)


def register(geometry: type[G]) -> type[G]:
    """Class decorator: make a geometry known under its name."""
    if geometry.name in GEOMETRIES:
        raise ValueError(f"geometry {geometry.name} is registered twice")
    GEOMETRIES[geometry.name] = geometry()
    return geometry
