import type { Point, ShapeKind } from "@/editors/image/contract";
import type { GeometryValue } from "@/interface/answer";

type Polygon = GeometryValue & { readonly points: readonly (readonly [number, number])[] };

function corners(geometry: GeometryValue): readonly (readonly [number, number])[] {
  return (geometry as Polygon).points;
}

function coordinates(geometry: GeometryValue): Float32Array {
  return Float32Array.from(corners(geometry).flat());
}

/** A polygon without the comfort of the app's own: what is measured is the engine. */
export const polygon: ShapeKind = {
  type: "polygon",
  bounds(geometry) {
    const xs = corners(geometry).map(([x]) => x);
    const ys = corners(geometry).map(([, y]) => y);
    return { left: Math.min(...xs), top: Math.min(...ys), right: Math.max(...xs), bottom: Math.max(...ys) };
  },
  outlines: (geometry) => [{ points: coordinates(geometry), closed: true }],
  hit(geometry, at) {
    let within = false;
    const all = corners(geometry);
    for (let index = 0, before = all.length - 1; index < all.length; before = index, index += 1) {
      const [x1, y1] = all[index] as readonly [number, number];
      const [x2, y2] = all[before] as readonly [number, number];
      if (y1 > at.y !== y2 > at.y && at.x < ((x2 - x1) * (at.y - y1)) / (y2 - y1) + x1) within = !within;
    }
    return within;
  },
  area(geometry) {
    const all = corners(geometry);
    return Math.abs(
      all.reduce((sum, [x, y], index) => {
        const [nextX, nextY] = all[(index + 1) % all.length] as readonly [number, number];
        return sum + (x * nextY - nextX * y) / 2;
      }, 0),
    );
  },
  handles: (geometry) =>
    corners(geometry).map(([x, y], index) => ({ id: `v${index}`, x, y, kind: "vertex" as const, cursor: "move" })),
  moveHandle(geometry, handle, to) {
    const moved = Number(handle.slice(1));
    return {
      ...geometry,
      points: corners(geometry).map((each, index) => (index === moved ? ([to.x, to.y] as const) : each)),
    };
  },
  translate: (geometry, dx, dy) => ({
    ...geometry,
    points: corners(geometry).map(([x, y]) => [x + dx, y + dy] as const),
  }),
  vertices: (geometry): readonly Point[] => corners(geometry).map(([x, y]) => ({ x, y })),
};
