import Flatbush from "flatbush";
import type { Entry } from "@/editor-core/changes";
import { shapeKind } from "@/editors/image/geometries";
import type { GeometryValue, Region } from "@/interface/answer";
import type { RegionsField } from "@/interface/declaration";

/** Around a shape; spans and times have a height of one. */
interface Extent {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Around a point there is no area: it is given a little, so that two nearby ones meet. */
const LEAST_SIDE = 8;

export interface Match {
  readonly base: Entry;
  readonly other: Entry;
  /** How much the two cover each other, 0 to 1: intersection over union of what is around them. */
  readonly overlap: number;
}

/** Which regions of two answers are the same object: best overlap first, each region once. */
export function matches(
  base: readonly Entry[],
  others: readonly Entry[],
  field: RegionsField,
  least = 0.3,
): readonly Match[] {
  const pairs = overlapping(base, others, field).filter((pair) => pair.overlap >= least);
  pairs.sort((a, b) => b.overlap - a.overlap);
  const taken = new Set<Entry>();
  return pairs.filter(({ base: one, other }) => {
    if (taken.has(one) || taken.has(other)) return false;
    taken.add(one).add(other);
    return true;
  });
}

export function regionOf(entry: Entry): Region {
  return entry.value as unknown as Region;
}

/** Every pair of shapes of one geometry that touch; an index keeps ten thousand of them cheap. */
function overlapping(base: readonly Entry[], others: readonly Entry[], field: RegionsField): Match[] {
  const known = others.flatMap((entry) => {
    const extent = extentOf(regionOf(entry).geometry, field);
    return extent === null ? [] : [{ entry, extent }];
  });
  if (known.length === 0) return [];
  const index = new Flatbush(known.length);
  for (const { extent } of known) index.add(extent.left, extent.top, extent.right, extent.bottom);
  index.finish();
  return base.flatMap((one) => {
    const { geometry } = regionOf(one);
    const extent = extentOf(geometry, field);
    if (extent === null) return [];
    return index
      .search(extent.left, extent.top, extent.right, extent.bottom)
      .map((found) => known[found]!)
      .filter(({ entry }) => regionOf(entry).geometry.type === geometry.type)
      .map((found) => ({ base: one, other: found.entry, overlap: overlapOf(extent, found.extent) }));
  });
}

function overlapOf(first: Extent, second: Extent): number {
  const width = Math.min(first.right, second.right) - Math.max(first.left, second.left);
  const height = Math.min(first.bottom, second.bottom) - Math.max(first.top, second.top);
  const intersection = Math.max(0, width) * Math.max(0, height);
  const union = areaOf(first) + areaOf(second) - intersection;
  return union > 0 ? intersection / union : 0;
}

function areaOf({ left, top, right, bottom }: Extent): number {
  return (right - left) * (bottom - top);
}

function extentOf(geometry: GeometryValue, field: RegionsField): Extent | null {
  if (typeof geometry.start === "number" && typeof geometry.end === "number") {
    return { left: geometry.start, right: geometry.end, top: 0, bottom: 1 };
  }
  const kind = shapeKind(geometry.type);
  const declared = field.classes.find((each) => each.geometry === geometry.type);
  if (kind === undefined || declared === undefined) return null;
  const { left, top, right, bottom } = kind.bounds(geometry, declared);
  const dx = Math.max(0, LEAST_SIDE - (right - left)) / 2;
  const dy = Math.max(0, LEAST_SIDE - (bottom - top)) / 2;
  return { left: left - dx, right: right + dx, top: top - dy, bottom: bottom + dy };
}
