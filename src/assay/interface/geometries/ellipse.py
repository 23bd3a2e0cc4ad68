"""Ellipse: `{"type": "ellipse", "cx", "cy", "rx", "ry", "angle"}`.

Centre and radii in pixels; the ellipse is turned around its centre by `angle` degrees
clockwise on the screen.
"""

from __future__ import annotations

from math import pi

import numpy as np

from assay.interface.geometries.base import FloatArray
from assay.interface.geometries.oriented import OrientedGeometry, placed
from assay.interface.geometries.registry import register

_VERTICES = 64
_ANGLES = np.arange(_VERTICES) * (2 * pi / _VERTICES)
# Widened so that the polygon has exactly the area of the ellipse: it is 0.16 % too small otherwise.
_RADIUS = np.sqrt(2 * pi / (_VERTICES * np.sin(2 * pi / _VERTICES)))
_UNIT_CIRCLE = _RADIUS * np.column_stack((np.cos(_ANGLES), np.sin(_ANGLES)))


@register
class Ellipse(OrientedGeometry):
    """Areas are those of a polygon of 64 vertices with the area of the ellipse."""

    name = "ellipse"
    coordinates = ("cx", "cy", "rx", "ry", "angle")
    positive = frozenset({"rx", "ry"})
    size_factor = 2.0
    area_factor = pi

    def outlines(self, table: FloatArray) -> FloatArray:
        return placed(_UNIT_CIRCLE, table)
