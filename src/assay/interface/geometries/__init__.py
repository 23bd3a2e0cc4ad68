"""Geometries: the shapes that a region can have.

`GEOMETRIES` maps each name to its geometry; `Setting` says what a shape is judged against.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from assay.interface.geometries.base import (
    ANYWHERE,
    ConstraintRule,
    Extent,
    Geometry,
    NearPairs,
    Setting,
    Shape,
    canonical,
)
from assay.interface.geometries.registry import GEOMETRIES, register

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

__all__ = [
    "ANYWHERE",
    "GEOMETRIES",
    "ConstraintRule",
    "Extent",
    "Geometry",
    "NearPairs",
    "Setting",
    "Shape",
    "canonical",
    "register",
]
