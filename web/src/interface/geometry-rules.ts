/** Rules for shapes that a person can break while drawing; forms that editors make right are the server's. */
import type { GeometryValue } from "@/interface/answer";
import type { ClassDeclaration, Json } from "@/interface/declaration";
import { isList, isObject, member } from "@/interface/json";
import type { ProblemList } from "@/interface/problems";
import { isSimple, type Point } from "@/interface/rings";

/** How large the input is; what the item does not tell is undefined and is not checked. */
export interface Extent {
  readonly width?: number;
  readonly height?: number;
  /** Seconds. */
  readonly duration?: number;
  /** Code points of the text that spans point into. */
  readonly text?: readonly string[];
}

/** Pixels that shapes may leave the extent by: sums of rounded numbers do. */
const EDGE = 1e-3;
const SECOND = 1e-6;

interface Check {
  readonly shape: GeometryValue;
  readonly path: string;
  readonly extent: Extent;
  readonly constraints: Readonly<Record<string, Json>>;
  readonly problems: ProblemList;
}

export function checkGeometry(
  shape: GeometryValue,
  declared: ClassDeclaration,
  extent: Extent,
  path: string,
  problems: ProblemList,
): void {
  if (shape.type !== declared.geometry) {
    problems.add(`${path}/type`, "geometry", { geometry: declared.geometry });
    return;
  }
  CHECKS[shape.type]?.({ shape, path, extent, constraints: declared.constraints ?? {}, problems });
}

const CHECKS: Readonly<Record<string, (check: Check) => void>> = {
  box: checkBox,
  rotated_box: (check) => checkOriented(check, "w", "h", 1, 1),
  ellipse: (check) => checkOriented(check, "rx", "ry", 2, Math.PI),
  polygon: checkPolygon,
  polyline: checkPolyline,
  point: (check) => checkInside(check, number(check, "x"), number(check, "y"), "/x", "/y"),
  keypoints: checkKeypoints,
  cuboid2d: checkCuboid,
  span: checkSpan,
  time_range: checkTimeRange,
};

function number({ shape }: Check, key: string): number {
  const value = shape[key];
  return typeof value === "number" ? value : Number.NaN;
}

function limit({ constraints }: Check, name: string): number | undefined {
  const value = constraints[name];
  return typeof value === "number" ? value : undefined;
}

function checkBox(check: Check): void {
  const { path, extent, problems } = check;
  const [x, y, w, h] = ["x", "y", "w", "h"].map((key) => number(check, key)) as [
    number,
    number,
    number,
    number,
  ];
  for (const [size, key] of [
    [w, "w"],
    [h, "h"],
  ] as const) {
    if (size <= 0) problems.add(`${path}/${key}`, "positive");
  }
  if (isOutside(x, x + w, extent.width)) problems.add(`${path}/x`, "outside");
  if (isOutside(y, y + h, extent.height)) problems.add(`${path}/y`, "outside");
  checkSize(check, w, h, w * h, "/w", "/h");
}

function checkOriented(
  check: Check,
  along: string,
  across: string,
  sizeFactor: number,
  areaFactor: number,
): void {
  checkInside(check, number(check, "cx"), number(check, "cy"), "/cx", "/cy");
  const [a, b] = [number(check, along), number(check, across)];
  checkSize(check, a * sizeFactor, b * sizeFactor, a * b * areaFactor, `/${along}`, `/${across}`);
}

function isOutside(low: number, high: number, length: number | undefined): boolean {
  return length !== undefined && (low < -EDGE || high > length + EDGE);
}

function checkInside(check: Check, x: number, y: number, placeX: string, placeY: string): void {
  if (isOutside(x, x, check.extent.width)) check.problems.add(check.path + placeX, "outside");
  if (isOutside(y, y, check.extent.height)) check.problems.add(check.path + placeY, "outside");
}

function checkSize(
  check: Check,
  width: number,
  height: number,
  area: number,
  placeX = "",
  placeY = "",
): void {
  const { path, problems } = check;
  const [least, most, leastArea] = ["min_px", "max_px", "min_area"].map((name) => limit(check, name));
  for (const [side, place] of [
    [width, placeX],
    [height, placeY],
  ] as const) {
    if (least !== undefined && side < least - EDGE) problems.add(path + place, "min_px", { count: least });
    if (most !== undefined && side > most + EDGE) problems.add(path + place, "max_px", { count: most });
  }
  if (leastArea !== undefined && area < leastArea * (1 - 1e-6)) {
    problems.add(path, "min_area", { count: leastArea });
  }
}

/** The points of a path, also when they are packed as base64 of little-endian float32. */
export function pointsOf(points: Json | undefined): Point[] {
  if (typeof points === "string") {
    const bytes = Uint8Array.from(atob(points), (character) => character.charCodeAt(0));
    const view = new DataView(bytes.buffer);
    return Array.from(
      { length: Math.floor(bytes.length / 8) },
      (_, index): Point => [view.getFloat32(index * 8, true), view.getFloat32(index * 8 + 4, true)],
    );
  }
  if (!isList(points)) return [];
  return points.flatMap((point) =>
    isList(point) && typeof point[0] === "number" && typeof point[1] === "number"
      ? [[point[0], point[1]] satisfies Point]
      : [],
  );
}

/** The points when there are enough, not too many, and all inside; else null, and the problem is reported. */
function placedPoints(check: Check, fewest: number): Point[] | null {
  const points = pointsOf(check.shape.points);
  const place = `${check.path}/points`;
  const least = Math.max(fewest, limit(check, "min_points") ?? 0);
  const most = limit(check, "max_points");
  if (points.length < least) check.problems.add(place, "min_points", { count: least });
  else if (most !== undefined && points.length > most)
    check.problems.add(place, "max_points", { count: most });
  else {
    const { width, height } = check.extent;
    const outside = points.findIndex(([x, y]) => isOutside(x, x, width) || isOutside(y, y, height));
    if (outside < 0) return points;
    check.problems.add(`${place}/${outside}`, "outside");
  }
  return null;
}

function sidesOf(points: readonly Point[]): [width: number, height: number] {
  const [low, high] = [
    [Infinity, Infinity],
    [-Infinity, -Infinity],
  ] as [[number, number], [number, number]];
  for (const [x, y] of points) {
    low[0] = Math.min(low[0], x);
    low[1] = Math.min(low[1], y);
    high[0] = Math.max(high[0], x);
    high[1] = Math.max(high[1], y);
  }
  return [high[0] - low[0], high[1] - low[1]];
}

function areaOf(points: readonly Point[]): number {
  const [x0, y0] = points[0] ?? [0, 0];
  let twice = 0;
  for (let index = 0; index < points.length; index += 1) {
    const [ax, ay] = points[index] as Point;
    const [bx, by] = points[(index + 1) % points.length] as Point;
    twice += (ax - x0) * (by - y0) - (bx - x0) * (ay - y0);
  }
  return Math.abs(twice / 2);
}

function checkPolygon(check: Check): void {
  const points = placedPoints(check, 3);
  if (points === null) return;
  const mayCross = check.constraints.allow_self_intersection === true;
  const [width, height] = sidesOf(points);
  const area = areaOf(points);
  const place = `${check.path}/points`;
  if (width === 0 || height === 0 || (area === 0 && !mayCross)) {
    check.problems.add(place, "no_area");
    return;
  }
  checkSize({ ...check, path: place }, width, height, area);
  if (!mayCross && !isSimple(points)) check.problems.add(place, "self_intersection");
}

function checkPolyline(check: Check): void {
  const points = placedPoints(check, 2);
  if (points === null) return;
  const place = `${check.path}/points`;
  let length = 0;
  for (const [index, [x, y]] of points.entries()) {
    const before = points[index - 1];
    if (before !== undefined) length += Math.hypot(x - before[0], y - before[1]);
  }
  const least = limit(check, "min_px") ?? 0;
  if (length === 0) check.problems.add(place, "no_length");
  else if (length < least) check.problems.add(place, "min_px", { count: least });
}

function checkKeypoints(check: Check): void {
  const joints = isObject(check.shape.points) ? Object.entries(check.shape.points) : [];
  const least = Math.max(1, limit(check, "min_points") ?? 1);
  const place = `${check.path}/points`;
  if (joints.length < least) {
    check.problems.add(place, "min_points", { count: least });
    return;
  }
  for (const [name, joint] of joints) {
    if (!isList(joint) || typeof joint[0] !== "number" || typeof joint[1] !== "number") continue;
    checkInside({ ...check, path: `${place}/${name}` }, joint[0], joint[1], "/0", "/1");
  }
}

function checkCuboid(check: Check): void {
  const faces = ["front", "back"].map((face) => pointsOf(member(check.shape, face)));
  for (const [index, face] of faces.entries()) {
    if (!isSimple(face)) check.problems.add(`${check.path}/${index === 0 ? "front" : "back"}`, "twisted");
  }
  const corners = faces.flat();
  const middle = [0, 1].map(
    (axis) => corners.reduce((sum, corner) => sum + (corner[axis] ?? 0), 0) / corners.length,
  );
  checkInside(check, middle[0] ?? 0, middle[1] ?? 0, "", "");
  const [width, height] = sidesOf(corners);
  checkSize(check, width, height, width * height);
}

function checkSpan(check: Check): void {
  const [start, end] = [number(check, "start"), number(check, "end")];
  const { path, extent, problems, shape } = check;
  if (end <= start) problems.add(`${path}/end`, "order");
  else if (extent.text !== undefined && end > extent.text.length) problems.add(`${path}/end`, "outside");
  else if (extent.text !== undefined && extent.text.slice(start, end).join("") !== shape.quote) {
    problems.add(`${path}/quote`, "quote");
  } else checkLength(check, end - start, "min_length", "max_length", 0);
}

function checkTimeRange(check: Check): void {
  const [start, end] = [number(check, "start"), number(check, "end")];
  const { path, extent, problems } = check;
  if (start < 0) problems.add(`${path}/start`, "outside");
  else if (end <= start) problems.add(`${path}/end`, "order");
  else if (extent.duration !== undefined && end > extent.duration + SECOND)
    problems.add(`${path}/end`, "outside");
  else checkLength(check, end - start, "min_seconds", "max_seconds", SECOND);
}

function checkLength(check: Check, length: number, least: string, most: string, tolerance: number): void {
  const [low, high] = [limit(check, least), limit(check, most)];
  if (low !== undefined && length < low - tolerance)
    check.problems.add(`${check.path}/end`, least, { count: low });
  else if (high !== undefined && length > high + tolerance) {
    check.problems.add(`${check.path}/end`, most, { count: high });
  }
}
