import type { Bounds, Frame, Point } from "@/editors/image/contract";
import type { Pair } from "@/editors/image/geometries/values";
import type { ClassDeclaration } from "@/interface/declaration";

/** The thinnest side that a handle leaves, in pixels. */
export const LEAST_SIDE = 1;

export function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), Math.max(low, high));
}

/** Hundredths of a pixel: finer than any hand, and short to store. */
export function rounded(value: number): number {
  // Zero is added, so that -0.001 does not become minus zero.
  return Math.round(value * 100) / 100 + 0;
}

/** Rounded where that keeps a number within its limits, else as it is. */
export function settled(value: number, low: number, high: number): number {
  const short = rounded(value);
  return short < low || short > high ? value : short;
}

export function inFrame(point: Point, frame: Frame): Point {
  return { x: rounded(clamp(point.x, 0, frame.width)), y: rounded(clamp(point.y, 0, frame.height)) };
}

export function boundsOf(points: readonly Pair[]): Bounds {
  let left = Number.POSITIVE_INFINITY;
  let top = Number.POSITIVE_INFINITY;
  let right = Number.NEGATIVE_INFINITY;
  let bottom = Number.NEGATIVE_INFINITY;
  for (const [x, y] of points) {
    if (x < left) left = x;
    if (x > right) right = x;
    if (y < top) top = y;
    if (y > bottom) bottom = y;
  }
  return { left, top, right, bottom };
}

/** The part of a shift that keeps bounds on the picture; none along an axis on which they already leave it. */
export function shiftWithin(bounds: Bounds, dx: number, dy: number, frame: Frame): Point {
  return {
    x: rounded(shiftAlong(bounds.left, bounds.right, dx, frame.width)),
    y: rounded(shiftAlong(bounds.top, bounds.bottom, dy, frame.height)),
  };
}

function shiftAlong(low: number, high: number, shift: number, length: number): number {
  return clamp(shift, Math.min(0, -low), Math.max(0, length - high));
}

export function isWithin(bounds: Bounds, frame: Frame): boolean {
  return bounds.left >= 0 && bounds.top >= 0 && bounds.right <= frame.width && bounds.bottom <= frame.height;
}

/** Turn around a middle, degrees clockwise on the screen. */
export function turned(point: Point, middle: Point, degrees: number): Point {
  const angle = (degrees * Math.PI) / 180;
  const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
  const [x, y] = [point.x - middle.x, point.y - middle.y];
  return { x: middle.x + cosine * x - sine * y, y: middle.y + sine * x + cosine * y };
}

/** 0 <= angle < 360, in hundredths. */
export function wrappedAngle(degrees: number): number {
  const angle = rounded(((degrees % 360) + 360) % 360);
  return angle >= 360 ? 0 : angle;
}

export function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

export function segmentDistance(at: Point, ax: number, ay: number, bx: number, by: number): number {
  const share = nearestShare(at, ax, ay, bx, by);
  return Math.hypot(at.x - ax - share * (bx - ax), at.y - ay - share * (by - ay));
}

/** The place on the line from one point to another that is nearest to a third. */
export function nearestOnSegment(at: Point, a: Point, b: Point): Point {
  const share = nearestShare(at, a.x, a.y, b.x, b.y);
  return { x: a.x + share * (b.x - a.x), y: a.y + share * (b.y - a.y) };
}

function nearestShare(at: Point, ax: number, ay: number, bx: number, by: number): number {
  const [dx, dy] = [bx - ax, by - ay];
  const length = dx * dx + dy * dy;
  return length === 0 ? 0 : clamp(((at.x - ax) * dx + (at.y - ay) * dy) / length, 0, 1);
}

/** Even-odd rule over x0, y0, x1, y1, ... */
export function isInside(at: Point, ring: ArrayLike<number>): boolean {
  let inside = false;
  const length = ring.length;
  for (let i = 0, j = length - 2; i < length; j = i, i += 2) {
    const yi = ring[i + 1] as number;
    const yj = ring[j + 1] as number;
    if (yi > at.y === yj > at.y) continue;
    const xi = ring[i] as number;
    const xj = ring[j] as number;
    if (at.x < ((xj - xi) * (at.y - yi)) / (yj - yi) + xi) inside = !inside;
  }
  return inside;
}

/** The nearest distance to a run of points x0, y0, ...; of a closed one also to the side back to the first. */
export function pathDistance(at: Point, path: ArrayLike<number>, closed: boolean): number {
  let nearest = Number.POSITIVE_INFINITY;
  const length = path.length;
  if (length === 2) return distance(at, { x: path[0] as number, y: path[1] as number });
  for (let i = closed ? 0 : 2; i < length; i += 2) {
    const j = i === 0 ? length - 2 : i - 2;
    nearest = Math.min(
      nearest,
      segmentDistance(at, path[j] as number, path[j + 1] as number, path[i] as number, path[i + 1] as number),
    );
  }
  return nearest;
}

/** The area, positive where the ring runs clockwise on the screen. */
export function ringArea(points: readonly Pair[]): number {
  const [ox, oy] = points[0] ?? [0, 0];
  let sum = 0;
  let [px, py] = points.at(-1) ?? [0, 0];
  for (const [x, y] of points) {
    sum += (px - ox) * (y - oy) - (x - ox) * (py - oy);
    [px, py] = [x, y];
  }
  return sum / 2;
}

export function flat(points: readonly Pair[]): Float32Array {
  const numbers = new Float32Array(points.length * 2);
  for (let index = 0; index < points.length; index += 1) {
    const [x, y] = points[index] as Pair;
    numbers[index * 2] = x;
    numbers[index * 2 + 1] = y;
  }
  return numbers;
}

export function shifted(points: readonly Pair[], dx: number, dy: number): Pair[] {
  return points.map(([x, y]) => [rounded(x + dx), rounded(y + dy)]);
}

/** Stretched from the upper left of the bounds, which stays; as much as the picture lets it. */
export function stretched(points: readonly Pair[], dx: number, dy: number, frame: Frame): Pair[] {
  const { left, top, right, bottom } = boundsOf(points);
  const x = factor(right - left, dx, frame.width - left);
  const y = factor(bottom - top, dy, frame.height - top);
  return points.map(([px, py]) => [rounded(left + (px - left) * x), rounded(top + (py - top) * y)]);
}

function factor(side: number, more: number, most: number): number {
  return side <= 0 ? 1 : clamp(side + more, Math.min(side, LEAST_SIDE), Math.max(side, most)) / side;
}

/** Turned around the middle of the bounds. */
export function turnedPoints(points: readonly Pair[], degrees: number): Pair[] {
  const { left, top, right, bottom } = boundsOf(points);
  const middle = { x: (left + right) / 2, y: (top + bottom) / 2 };
  return points.map(([x, y]) => {
    const point = turned({ x, y }, middle, degrees);
    return [rounded(point.x), rounded(point.y)];
  });
}

/** A number among a class's constraints; the default where it says nothing sensible. */
export function constraint(declared: ClassDeclaration, name: string, otherwise: number): number {
  const value = declared.constraints?.[name];
  return typeof value === "number" ? value : otherwise;
}
