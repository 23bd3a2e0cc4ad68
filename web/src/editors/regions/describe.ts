import type { GeometryValue, Region } from "@/interface/answer";

const LONGEST_QUOTE = 60;

/** A region in a few words, for lists and for those who do not see the picture: its class and what it covers. */
export function describeRegion(region: Region): string {
  const extent = describeGeometry(region.geometry);
  return extent === "" ? region.class : `${region.class} ${extent}`;
}

/** Size of a box, number of points of an outline, quote of a span; empty where a few words say nothing. */
export function describeGeometry(geometry: GeometryValue): string {
  const { w, h, x, y, quote, points } = geometry;
  if (typeof quote === "string") return `“${shortened(quote)}”`;
  if (typeof w === "number" && typeof h === "number") return `${Math.round(w)} × ${Math.round(h)}`;
  if (geometry.type === "point" && typeof x === "number" && typeof y === "number") {
    return `${Math.round(x)}, ${Math.round(y)}`;
  }
  if (Array.isArray(points)) return `${points.length} •`;
  return "";
}

function shortened(quote: string): string {
  const characters = [...quote];
  return characters.length > LONGEST_QUOTE ? `${characters.slice(0, LONGEST_QUOTE).join("")}…` : quote;
}
