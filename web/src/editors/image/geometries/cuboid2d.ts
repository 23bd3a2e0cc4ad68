import type { Frame, Handle, Point, ShapeKind } from "@/editors/image/contract";
import {
  boundsOf,
  clamp,
  flat,
  isInside,
  pathDistance,
  rounded,
  shifted,
  stretched,
  turnedPoints,
} from "@/editors/image/geometries/plane";
import type { BoxValue, Cuboid2dValue, Face, Pair } from "@/editors/image/geometries/values";

const CORNERS = 4;

function points({ front, back }: Cuboid2dValue): Pair[] {
  return [...front, ...back];
}

function cuboidOf(all: readonly Pair[]): Cuboid2dValue {
  return { type: "cuboid2d", front: faceOf(all.slice(0, CORNERS)), back: faceOf(all.slice(CORNERS)) };
}

function faceOf([a, b, c, d]: readonly Pair[]): Face {
  if (a === undefined || b === undefined || c === undefined || d === undefined)
    throw new RangeError("A face has four corners");
  return [a, b, c, d];
}

/** A near face, and a far one of the same form around another middle: `share` of its size. */
export function cuboidFrom(near: BoxValue, middle: Point, share: number): Cuboid2dValue {
  const { x, y, w, h } = near;
  return {
    type: "cuboid2d",
    front: faceAround(x + w / 2, y + h / 2, w, h),
    back: faceAround(middle.x, middle.y, w * share, h * share),
  };
}

function faceAround(cx: number, cy: number, w: number, h: number): Face {
  const [left, right] = [rounded(cx - w / 2), rounded(cx + w / 2)];
  const [top, bottom] = [rounded(cy - h / 2), rounded(cy + h / 2)];
  return [
    [left, top],
    [right, top],
    [right, bottom],
    [left, bottom],
  ];
}

/** The outline of everything that the cuboid covers: the hull of its corners, x0, y0, ... */
function hull(value: Cuboid2dValue): Float32Array {
  const sorted = points(value).sort(([ax, ay], [bx, by]) => ax - bx || ay - by);
  return flat([...half(sorted), ...half(sorted.toReversed())]);
}

function half(sorted: readonly Pair[]): Pair[] {
  const kept: Pair[] = [];
  for (const next of sorted) {
    while (kept.length > 1 && turn(kept.at(-2) as Pair, kept.at(-1) as Pair, next) <= 0) kept.pop();
    kept.push(next);
  }
  return kept.slice(0, -1);
}

function turn(a: Pair, b: Pair, c: Pair): number {
  return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
}

function middleOf(all: readonly Pair[]): Point {
  const sum = all.reduce((total, [x, y]) => ({ x: total.x + x, y: total.y + y }), { x: 0, y: 0 });
  return { x: sum.x / all.length, y: sum.y / all.length };
}

/** Corners may leave the picture; their middle stays on it. */
function pulledIn(all: readonly Pair[], frame: Frame): Cuboid2dValue {
  const middle = middleOf(all);
  const dx = clamp(middle.x, 0, frame.width) - middle.x;
  const dy = clamp(middle.y, 0, frame.height) - middle.y;
  return cuboidOf(dx === 0 && dy === 0 ? all : shifted(all, dx, dy));
}

function handlesOf(value: Cuboid2dValue): Handle[] {
  const corners = points(value).map(
    ([x, y], index): Handle => ({ id: `v${index}`, kind: "vertex", cursor: "move", x, y }),
  );
  return [...corners, { id: "back", kind: "edge", cursor: "move", ...middleOf(value.back) }];
}

/** The near and the far face of a box in perspective. */
export const cuboid2d: ShapeKind<Cuboid2dValue> = {
  type: "cuboid2d",
  bounds: (value) => boundsOf(points(value)),
  outlines: ({ front, back }) => [
    { points: flat(back), closed: true, faint: true },
    ...front.map((corner, index) => ({
      points: flat([corner, back[index] as Pair]),
      closed: false,
      faint: true,
    })),
    { points: flat(front), closed: true },
  ],
  hit(value, at, tolerance) {
    const outline = hull(value);
    return isInside(at, outline) || pathDistance(at, outline, true) <= tolerance;
  },
  area(value) {
    const { left, top, right, bottom } = boundsOf(points(value));
    return (right - left) * (bottom - top);
  },
  handles: handlesOf,
  moveHandle(value, handle, to, _modifiers, frame) {
    if (handle === "back") {
      const middle = middleOf(value.back);
      return pulledIn([...value.front, ...shifted(value.back, to.x - middle.x, to.y - middle.y)], frame);
    }
    const place = handle.startsWith("v") ? Number(handle.slice(1)) : -1;
    const all = points(value);
    if (!Number.isInteger(place) || place < 0 || place >= all.length) return value;
    return pulledIn(all.with(place, [rounded(to.x), rounded(to.y)]), frame);
  },
  translate: (value, dx, dy, frame) => pulledIn(shifted(points(value), dx, dy), frame),
  resize: (value, dx, dy, frame) => pulledIn(stretched(points(value), dx, dy, frame), frame),
  rotate: (value, degrees, frame) => pulledIn(turnedPoints(points(value), degrees), frame),
  vertices: (value) => points(value).map(([x, y]) => ({ x, y })),
};
