"""Rotated box: `{"type": "rotated_box", "cx", "cy", "w", "h", "angle"}`.

Centre and sides in pixels; the box is turned around its centre by `angle` degrees clockwise on the screen.
"""

from __future__ import annotations

import numpy as np

from assay.interface.geometries.base import FloatArray
from assay.interface.geometries.oriented import OrientedGeometry, placed
from assay.interface.geometries.registry import register

UNIT_SQUARE = np.array([[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]])


@register
class RotatedBox(OrientedGeometry):
    """Turned by `angle`; otherwise as `OrientedGeometry` says."""

    name = "rotated_box"
    coordinates = ("cx", "cy", "w", "h", "angle")
    positive = frozenset({"w", "h"})
    size_factor = 1.0
    area_factor = 1.0

    def outlines(self, table: FloatArray) -> FloatArray:
        return placed(UNIT_SQUARE, table)
