import type { Point } from "@/editors/image/contract";

/** Above so many points the question costs more than it is worth while drawing; the server asks it anyway. */
const MOST_POINTS = 2000;

/** Whether two sides of a ring meet elsewhere than at the corner that they share. */
export function crossesItself(ring: readonly Point[]): boolean {
  const count = ring.length;
  if (count > MOST_POINTS) return false;
  for (let i = 0; i < count; i += 1) {
    for (let j = i + 1; j < count; j += 1) {
      const neighbours = j === i + 1 || (i === 0 && j === count - 1);
      if (!neighbours && meet(ring, i, j)) return true;
    }
  }
  return false;
}

function meet(ring: readonly Point[], i: number, j: number): boolean {
  const a = ring[i] as Point;
  const b = ring[(i + 1) % ring.length] as Point;
  const c = ring[j] as Point;
  const d = ring[(j + 1) % ring.length] as Point;
  if (Math.max(a.x, b.x) < Math.min(c.x, d.x) || Math.max(c.x, d.x) < Math.min(a.x, b.x)) return false;
  if (Math.max(a.y, b.y) < Math.min(c.y, d.y) || Math.max(c.y, d.y) < Math.min(a.y, b.y)) return false;
  return turn(a, b, c) * turn(a, b, d) <= 0 && turn(c, d, a) * turn(c, d, b) <= 0;
}

function turn(a: Point, b: Point, c: Point): number {
  return Math.sign((b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x));
}
