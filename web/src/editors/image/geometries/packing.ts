import { rounded } from "@/editors/image/geometries/plane";
import type { Pair, PathPoints } from "@/editors/image/geometries/values";

/** Shapes with more points than this are stored packed. */
export const PACK_ABOVE = 500;

/** Points of one shape at most; anything larger is a mask. */
export const MOST_POINTS = 20_000;

const unpacked = new WeakMap<object, readonly Pair[]>();

/** The points of a path, in either writing. `holder` is the shape they belong to: unpacked once for each. */
export function pointsOf(holder: { readonly points: PathPoints }): readonly Pair[] {
  if (typeof holder.points !== "string") return holder.points;
  const known = unpacked.get(holder);
  if (known !== undefined) return known;
  const points = unpack(holder.points);
  unpacked.set(holder, points);
  return points;
}

/** Points as they are stored: a list, or packed where there are many. */
export function written(points: readonly Pair[]): PathPoints {
  return points.length > PACK_ABOVE ? pack(points) : points;
}

export function pack(points: readonly Pair[]): string {
  const view = new DataView(new ArrayBuffer(points.length * 8));
  points.forEach(([x, y], index) => {
    view.setFloat32(index * 8, x, true);
    view.setFloat32(index * 8 + 4, y, true);
  });
  const bytes = new Uint8Array(view.buffer);
  let text = "";
  for (let start = 0; start < bytes.length; start += 8192)
    text += String.fromCharCode(...bytes.subarray(start, start + 8192));
  return btoa(text);
}

/** Empty for text that is not packed points: it comes from models and imports, too. */
export function unpack(text: string): readonly Pair[] {
  let raw: string;
  try {
    raw = atob(text);
  } catch {
    return [];
  }
  const view = new DataView(Uint8Array.from(raw, (character) => character.charCodeAt(0)).buffer);
  const points: Pair[] = [];
  for (let start = 0; start + 8 <= view.byteLength; start += 8)
    points.push([rounded(view.getFloat32(start, true)), rounded(view.getFloat32(start + 4, true))]);
  return points;
}
