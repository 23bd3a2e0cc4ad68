"""One set of regions out of several annotators' sets.

Pairs of different annotators' shapes that overlap enough are joined, the most alike first, as long as no
cluster gets two regions of one annotator. A cluster exists when more than half of the weight drew it; its
class is that with most weight (of equals the one declared first), its shape and attributes are merged by
their own rules. Nothing depends on the order of the answers: equals are told apart by their content.
(Clustering and existence by vote: Branson, Van Horn & Perona, Lean Crowdsourcing, CVPR 2017.)
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from assay.interface.context import Merging, Pair
from assay.interface.fields.regions.classes import RegionClass, RegionClasses
from assay.interface.fields.regions.comparison import Comparison, Region
from assay.interface.fields.regions.tracks import Course, all_keyframes
from assay.interface.fields.voting import plurality
from assay.interface.geometries import Extent, Shape, canonical


@dataclass(frozen=True, slots=True)
class Member:
    """One annotator's region in a cluster. `answer` is the position of its answer."""

    answer: int
    region: Region
    weight: float
    content: bytes


@dataclass(frozen=True, slots=True)
class MergedRegion:
    """A region of the merged value. support: share of the weight that drew it. confidence: support x share
    of that with its class x mean overlap of those shapes with the merged one."""

    region: Region
    support: float
    confidence: float
    members: tuple[Member, ...]
    disputed: tuple[str, ...]


class RegionMerge:
    """Merges answers of one field; `least` and `most` regions are kept whatever the votes say."""

    def __init__(
        self,
        classes: RegionClasses,
        comparison: Comparison,
        *,
        tracks: bool,
        match: float,
        limits: tuple[int, int | None],
    ) -> None:
        self._classes = classes
        self._comparison = comparison
        self._tracks = tracks
        self._match = match
        self._least, self._most = limits

    def merge(
        self, answers: Sequence[Sequence[Region]], weights: Sequence[float], merging: Merging, extent: Extent
    ) -> list[MergedRegion]:
        """The merged regions, ordered by content, with ids that are unique among them."""
        total = math.fsum(weights)
        clusters = self._clusters(answers, weights, merging)
        ranked = sorted(
            ((math.fsum(member.weight for member in cluster), cluster) for cluster in clusters),
            key=lambda entry: (-round(entry[0], 9), [member.content for member in entry[1]]),
        )
        wanted = sum(1 for support, _ in ranked if support > total / 2 + 1e-9)
        kept = ranked[: max(self._least, wanted if self._most is None else min(wanted, self._most))]
        merged = [self._merge_cluster(cluster, support, total, merging, extent) for support, cluster in kept]
        merged.sort(key=lambda each: canonical(_without_id(each.region)))
        return _with_ids(merged)

    def _clusters(
        self, answers: Sequence[Sequence[Region]], weights: Sequence[float], merging: Merging
    ) -> list[list[Member]]:
        members = [
            Member(index, region, weights[index], canonical(_without_id(region)))
            for index, regions in enumerate(answers)
            for region in regions
        ]
        first: list[int] = []
        count = 0
        for regions in answers:
            first.append(count)
            count += len(regions)
        cluster_of = list(range(len(members)))
        clusters = {index: [index] for index in cluster_of}
        for one, other in self._joins(answers, first, members, merging):
            a, b = cluster_of[one], cluster_of[other]
            if a == b or {members[i].answer for i in clusters[a]} & {members[i].answer for i in clusters[b]}:
                continue
            for index in clusters[b]:
                cluster_of[index] = a
            clusters[a] += clusters.pop(b)
        return [
            sorted((members[index] for index in cluster), key=lambda m: (m.content, m.weight))
            for cluster in clusters.values()
        ]

    def _joins(
        self,
        answers: Sequence[Sequence[Region]],
        first: Sequence[int],
        members: Sequence[Member],
        merging: Merging,
    ) -> list[tuple[int, int]]:
        """Pairs of members that may be the same object, the most alike first."""
        joins = []
        pair = Pair(merging.item)
        for a in range(len(answers)):
            for b in range(a + 1, len(answers)):
                overlaps = self._comparison.overlaps(answers[a], answers[b], pair)
                enough = overlaps.values >= self._match - 1e-9
                alike = self._comparison.judged(overlaps, answers[a], answers[b], pair)
                for i, j, value in zip(
                    alike.rows[enough].tolist(),
                    alike.columns[enough].tolist(),
                    alike.values[enough].tolist(),
                    strict=True,
                ):
                    one, other = first[a] + i, first[b] + j
                    contents = sorted((members[one].content, members[other].content))
                    joins.append((-round(value, 9), contents, one, other))
        joins.sort(key=lambda join: join[:2])
        return [(one, other) for _, _, one, other in joins]

    def _merge_cluster(
        self, cluster: list[Member], support: float, total: float, merging: Merging, extent: Extent
    ) -> MergedRegion:
        value = plurality(
            [member.region["class"] for member in cluster],
            [member.weight for member in cluster],
            self._classes.order,
        )
        chosen = self._classes[value]
        same_class = [member for member in cluster if member.region["class"] == value]
        region: Region = {"id": _common_id(cluster), "class": value}
        if self._tracks:
            region["keyframes"] = self._merge_keyframes(chosen, cluster, same_class, merging, extent)
        else:
            drawn = [member for member in cluster if _geometry_name(member.region) == chosen.geometry.name]
            region["geometry"] = chosen.geometry.merge(
                [member.region["geometry"] for member in drawn],
                [member.weight for member in drawn],
                chosen.setting(extent),
            )
        disputed: tuple[str, ...] = ()
        if chosen.attributes.fields:
            outcome = chosen.attributes.merge(
                [member.region.get("attributes", {}) for member in same_class],
                [member.weight for member in same_class],
                replace(merging, merged={}),
            )
            region["attributes"] = outcome.value
            disputed = tuple(f"{value}.{place}" for place in outcome.disputed)
        agreed = math.fsum(member.weight for member in same_class) / support
        confidence = support / total * agreed * self._mean_overlap(region, same_class, merging)
        return MergedRegion(region, support / total, confidence, tuple(cluster), disputed)

    def _mean_overlap(self, region: Region, members: list[Member], merging: Merging) -> float:
        pair = Pair(merging.item)
        parts = []
        for member in members:
            overlap = self._comparison.overlaps([region], [member.region], pair).values
            parts.append(member.weight * (float(overlap[0]) if len(overlap) else 0.0))
        return min(1.0, math.fsum(parts) / math.fsum(member.weight for member in members))

    def _merge_keyframes(
        self,
        chosen: RegionClass,
        cluster: list[Member],
        same_class: list[Member],
        merging: Merging,
        extent: Extent,
    ) -> list[dict[str, Any]]:
        """A keyframe wherever a member has one; visible when at least half of the weight sees it there."""
        courses = [Course(member.region) for member in cluster]
        attributed = [Course(member.region) for member in same_class]
        total = math.fsum(member.weight for member in cluster)
        keyframes: list[dict[str, Any]] = []
        for frame in all_keyframes([member.region for member in cluster]):
            shapes: list[tuple[Shape, float]] = []
            for course, member in zip(courses, cluster, strict=True):
                shape = course.shape_at(frame)
                if shape is not None and shape["type"] == chosen.geometry.name:
                    shapes.append((shape, member.weight))
            visible = math.fsum(weight for _, weight in shapes) >= total / 2 - 1e-9
            if not visible and not keyframes:
                continue
            keyframe: dict[str, Any] = {"frame": frame}
            if visible:
                keyframe["geometry"] = chosen.geometry.merge(
                    [shape for shape, _ in shapes], [weight for _, weight in shapes], chosen.setting(extent)
                )
            else:
                keyframe["outside"] = True
            if chosen.dynamic.fields:
                keyframe["attributes"] = chosen.dynamic.merge(
                    [course.attributes_at(frame) for course in attributed],
                    [member.weight for member in same_class],
                    replace(merging, merged={}),
                ).value
            keyframes.append(keyframe)
        if not keyframes:
            # No frame with a majority: the annotator with the first track by content stands for all.
            return list(same_class[0].region["keyframes"])
        while keyframes[-1].get("outside") and len(keyframes) > 1 and keyframes[-2].get("outside"):
            keyframes.pop()
        return keyframes


def _without_id(region: Region) -> Region:
    return {key: value for key, value in region.items() if key != "id"}


def _geometry_name(region: Region) -> str:
    name: str = region["geometry"]["type"]
    return name


def _common_id(cluster: Sequence[Member]) -> str:
    """The id that all members have (regions that a model proposed and people kept), else none."""
    ids = {member.region["id"] for member in cluster}
    return str(ids.pop()) if len(ids) == 1 else ""


def _with_ids(merged: list[MergedRegion]) -> list[MergedRegion]:
    """Common ids are kept where they stay unique; the others are numbered with free numbers."""
    taken = Counter(each.region["id"] for each in merged)
    number = 0
    result = []
    for each in merged:
        name = each.region["id"]
        if not name or taken[name] > 1:
            number += 1
            while str(number) in taken:
                number += 1
            name = str(number)
        result.append(replace(each, region={**each.region, "id": name}))
    return result
