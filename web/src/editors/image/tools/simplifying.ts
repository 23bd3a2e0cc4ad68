import { segmentDistance } from "@/editors/image/geometries/plane";
import type { Pair } from "@/editors/image/geometries/values";

/** The points of a line that are needed to stay within `tolerance` of it (Douglas and Peucker). */
export function simplified(points: readonly Pair[], tolerance: number): Pair[] {
  if (points.length < 3) return [...points];
  const kept = new Uint8Array(points.length);
  kept[0] = 1;
  kept[points.length - 1] = 1;
  const parts: (readonly [from: number, to: number])[] = [[0, points.length - 1]];
  for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
    const [from, to] = part;
    const farthest = farthestFrom(points, from, to);
    if (farthest === null || farthest.distance <= tolerance) continue;
    kept[farthest.index] = 1;
    parts.push([from, farthest.index], [farthest.index, to]);
  }
  return points.filter((_, index) => kept[index] === 1);
}

function farthestFrom(points: readonly Pair[], from: number, to: number) {
  const [ax, ay] = points[from] as Pair;
  const [bx, by] = points[to] as Pair;
  let farthest: { readonly index: number; readonly distance: number } | null = null;
  for (let index = from + 1; index < to; index += 1) {
    const [x, y] = points[index] as Pair;
    const distance = segmentDistance({ x, y }, ax, ay, bx, by);
    if (farthest === null || distance > farthest.distance) farthest = { index, distance };
  }
  return farthest;
}
