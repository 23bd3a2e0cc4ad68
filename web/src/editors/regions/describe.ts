import type { GeometryValue, Region } from "@/interface/answer";

const LONGEST_QUOTE = 60;

/** A region in a few words, for lists and for those who do not see the picture: its class and what it covers. */
export function describeRegion(region: Region): string {
  const extent = describeGeometry(region.geometry);
  return extent === "" ? region.class : `${region.class} ${extent}`;
}

/**
 * Size of a box or ellipse, number of points of an outline, quote of a span; empty where a few words say
 * nothing. `countPoints` says a number of points in the person's language.
 */
export function describeGeometry(
  geometry: GeometryValue,
  countPoints: (count: number) => string = (count) => `${count} •`,
): string {
  const { w, h, x, y, rx, ry, quote, points } = geometry;
  if (typeof quote === "string") return `“${shortened(quote)}”`;
  if (typeof w === "number" && typeof h === "number") return `${Math.round(w)} × ${Math.round(h)}`;
  if (geometry.type === "point" && typeof x === "number" && typeof y === "number") {
    return `${Math.round(x)}, ${Math.round(y)}`;
  }
  if (typeof rx === "number" && typeof ry === "number")
    return `${Math.round(2 * rx)} × ${Math.round(2 * ry)}`;
  if (Array.isArray(points)) return countPoints(points.length);
  if (typeof points === "string") return countPoints(packedPoints(points));
  return "";
}

/** Points of a long outline are packed: 8 bytes each, in base 64. */
function packedPoints(text: string): number {
  return Math.floor((text.replace(/=+$/, "").length * 6) / 64);
}

function shortened(quote: string): string {
  const characters = [...quote];
  return characters.length > LONGEST_QUOTE ? `${characters.slice(0, LONGEST_QUOTE).join("")}…` : quote;
}
