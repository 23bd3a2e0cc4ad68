"""Regions through frames: where a track is at a frame, and which frames to look at.

A track exists from its first keyframe to its last, both included. Between keyframes its shape is
interpolated; after a keyframe with `outside` it is not visible until the next one.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import Any

from assay.interface.geometries import GEOMETRIES, Shape

MOST_FRAMES_COMPARED = 96
"""Longer stretches are compared at this many frames, evenly spread."""

Track = dict[str, Any]


class Course:
    """One track, prepared to be asked for its shape at any frame."""

    def __init__(self, track: Track) -> None:
        self.keyframes: list[dict[str, Any]] = track["keyframes"]
        self.frames = [keyframe["frame"] for keyframe in self.keyframes]

    def shape_at(self, frame: int) -> Shape | None:
        """The shape at a frame, None where the track is not visible."""
        position = bisect_right(self.frames, frame) - 1
        if position < 0 or frame > self.frames[-1]:
            return None
        current = self.keyframes[position]
        shape: Shape | None = None if current.get("outside") else current["geometry"]
        if shape is None or current["frame"] == frame:
            return shape
        following = self.keyframes[position + 1]
        target = following.get("geometry")
        if target is None:
            return shape
        share = (frame - current["frame"]) / (following["frame"] - current["frame"])
        return GEOMETRIES[shape["type"]].interpolate(shape, target, share)

    def attributes_at(self, frame: int) -> dict[str, Any]:
        """The dynamic attributes at a frame: those of the last keyframe."""
        position = max(0, bisect_right(self.frames, frame) - 1)
        attributes: dict[str, Any] = self.keyframes[position].get("attributes", {})
        return attributes


def frames_to_compare(tracks: Sequence[Track]) -> list[int]:
    """Frames on which the tracks are compared: all between the first and last keyframe, or some of
    them, among them at least one of each track."""
    frames = [keyframe["frame"] for track in tracks for keyframe in track["keyframes"]]
    if not frames:
        return []
    first, last = min(frames), max(frames)
    if last - first < MOST_FRAMES_COMPARED:
        return list(range(first, last + 1))
    steps = MOST_FRAMES_COMPARED - 1
    spread = sorted({first + round((last - first) * step / steps) for step in range(steps + 1)})
    missed = set()
    for track in tracks:
        begin, end = track["keyframes"][0]["frame"], track["keyframes"][-1]["frame"]
        if bisect_left(spread, begin) == bisect_right(spread, end):
            missed.add((begin + end) // 2)
    return sorted(missed.union(spread))


def all_keyframes(tracks: Sequence[Track]) -> list[int]:
    """Every frame at which one of the tracks has a keyframe, in order."""
    return sorted({keyframe["frame"] for track in tracks for keyframe in track["keyframes"]})
