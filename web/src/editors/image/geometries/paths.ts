import type { Handle, ShapeKind } from "@/editors/image/contract";
import { MOST_POINTS, pointsOf, written } from "@/editors/image/geometries/packing";
import {
  boundsOf,
  flat,
  inFrame,
  isInside,
  isWithin,
  nearestOnSegment,
  pathDistance,
  ringArea,
  rounded,
  shifted,
  shiftWithin,
  stretched,
  turnedPoints,
} from "@/editors/image/geometries/plane";
import type { Pair, PathPoints, PolygonValue, PolylineValue } from "@/editors/image/geometries/values";

type PathValue = PolygonValue | PolylineValue;

/** Between more points than this no midpoints are offered: they would hide the shape. */
const MOST_MIDPOINTS = 250;

function handlesOf(points: readonly Pair[], closed: boolean): Handle[] {
  const vertices = points.map(
    ([x, y], index): Handle => ({ id: `v${index}`, kind: "vertex", cursor: "move", x, y }),
  );
  if (points.length > MOST_MIDPOINTS) return vertices;
  const midpoints = points.slice(closed ? 0 : 1).map((_, place): Handle => {
    const after = closed ? (place + 1) % points.length : place + 1;
    const [ax, ay] = points[place] as Pair;
    const [bx, by] = points[after] as Pair;
    return { id: `m${place}`, kind: "midpoint", cursor: "copy", x: (ax + bx) / 2, y: (ay + by) / 2 };
  });
  return [...midpoints, ...vertices];
}

/** The number in "v12" or "m3", null for another kind of handle. */
function numberOf(handle: string, kind: "v" | "m", count: number): number | null {
  const place = handle.startsWith(kind) ? Number(handle.slice(1)) : Number.NaN;
  return Number.isInteger(place) && place >= 0 && place < count ? place : null;
}

/** What polygon and polyline share: a run of points, closed or open. */
export function pathKind<Value extends PathValue>(
  type: Value["type"],
  closed: boolean,
  leastPoints: number,
  make: (points: PathPoints) => Value,
): ShapeKind<Value> {
  return {
    type,
    bounds: (value) => boundsOf(pointsOf(value)),
    outlines: (value) => [{ points: flat(pointsOf(value)), closed }],
    hit(value, at, tolerance) {
      const path = flat(pointsOf(value));
      return (closed && isInside(at, path)) || pathDistance(at, path, closed) <= tolerance;
    },
    area: (value) => (closed ? Math.abs(ringArea(pointsOf(value))) : 0),
    handles: (value) => handlesOf(pointsOf(value), closed),
    moveHandle(value, handle, to, _modifiers, frame) {
      const points = pointsOf(value);
      const place = numberOf(handle, "v", points.length);
      if (place === null) return value;
      const { x, y } = inFrame(to, frame);
      return make(points.with(place, [x, y]));
    },
    translate(value, dx, dy, frame) {
      const points = pointsOf(value);
      const shift = shiftWithin(boundsOf(points), dx, dy, frame);
      return make(shifted(points, shift.x, shift.y));
    },
    resize: (value, dx, dy, frame) => make(stretched(pointsOf(value), dx, dy, frame)),
    rotate(value, degrees, frame) {
      const points = turnedPoints(pointsOf(value), degrees);
      return isWithin(boundsOf(points), frame) ? make(points) : null;
    },
    insertVertex(value, handle, at) {
      const points = pointsOf(value);
      const place = numberOf(handle, "m", points.length);
      if (place === null || points.length >= MOST_POINTS) return { geometry: value, handle };
      const [ax, ay] = points[place] as Pair;
      const [bx, by] = points[(place + 1) % points.length] as Pair;
      // On the side itself: the pointer may be beside the picture, the side is not.
      const { x, y } = nearestOnSegment(at, { x: ax, y: ay }, { x: bx, y: by });
      const more = points.toSpliced(place + 1, 0, [rounded(x), rounded(y)]);
      return { geometry: make(more), handle: `v${place + 1}` };
    },
    removeVertex(value, handle) {
      const points = pointsOf(value);
      const place = numberOf(handle, "v", points.length);
      if (place === null) return value;
      return points.length <= leastPoints ? null : make(points.toSpliced(place, 1));
    },
    stored: (value) => make(written(pointsOf(value))),
    vertices: (value) => pointsOf(value).map(([x, y]) => ({ x, y })),
  };
}

export function polygonOf(points: PathPoints): PolygonValue {
  return { type: "polygon", points };
}

export function polylineOf(points: PathPoints): PolylineValue {
  return { type: "polyline", points };
}
