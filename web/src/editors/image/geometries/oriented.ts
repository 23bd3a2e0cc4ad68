import type { Frame, Handle, Modifiers, Point } from "@/editors/image/contract";
import { clamp, inFrame, LEAST_SIDE, rounded, turned, wrappedAngle } from "@/editors/image/geometries/plane";
import type { Pair } from "@/editors/image/geometries/values";

/** A turned rectangle: centre, whole sides, degrees clockwise. An ellipse fills it. */
export interface Oriented {
  readonly cx: number;
  readonly cy: number;
  readonly w: number;
  readonly h: number;
  readonly angle: number;
}

/** The handle that turns lies this share of the height above the upper side. */
const STEM = 0.25;
const SNAP_DEGREES = 15;

const DIRECTIONS: Readonly<Record<string, Pair>> = {
  nw: [-1, -1],
  n: [0, -1],
  ne: [1, -1],
  e: [1, 0],
  se: [1, 1],
  s: [0, 1],
  sw: [-1, 1],
  w: [-1, 0],
};

/** Upper left, upper right, lower right, lower left of the shape before it was turned. */
export function corners(shape: Oriented): Point[] {
  return (["nw", "ne", "se", "sw"] as const).map((id) => onShape(shape, DIRECTIONS[id] as Pair));
}

/** A place given in halves of the sides from the centre. */
function onShape(shape: Oriented, [x, y]: Pair): Point {
  const place = { x: shape.cx + (x * shape.w) / 2, y: shape.cy + (y * shape.h) / 2 };
  return turned(place, { x: shape.cx, y: shape.cy }, shape.angle);
}

export function orientedHandles(shape: Oriented): Handle[] {
  const sides = Object.entries(DIRECTIONS).map(
    ([id, direction]): Handle => ({
      id,
      kind: id.length === 2 ? "corner" : "edge",
      cursor: cursorOf(direction, shape.angle),
      ...onShape(shape, direction),
    }),
  );
  return [...sides, { id: "rotate", kind: "rotate", cursor: "grab", ...onShape(shape, [0, -1 - STEM * 2]) }];
}

function cursorOf([x, y]: Pair, angle: number): string {
  const cursors = ["ew-resize", "nwse-resize", "ns-resize", "nesw-resize"];
  const degrees = (Math.atan2(y, x) * 180) / Math.PI + angle;
  return cursors[((Math.round(degrees / 45) % 4) + 4) % 4] as string;
}

/** The opposite side stays where it is, or with Mod the centre does. */
export function moveOrientedHandle(
  shape: Oriented,
  handle: string,
  to: Point,
  modifiers: Modifiers,
  frame: Frame,
  least: number,
): Oriented {
  if (handle === "rotate") return turnedTo(shape, to, modifiers);
  const direction = Object.hasOwn(DIRECTIONS, handle) ? DIRECTIONS[handle] : undefined;
  if (direction === undefined) return shape;
  const local = turned(to, { x: shape.cx, y: shape.cy }, -shape.angle);
  const reach = modifiers.mod ? 2 : 1;
  const anchored = modifiers.mod ? 0 : 1;
  const along = side(shape.w, direction[0], (local.x - shape.cx) * reach, anchored, least);
  const across = side(shape.h, direction[1], (local.y - shape.cy) * reach, anchored, least);
  const [w, h] =
    modifiers.shift && handle.length === 2 ? proportional(shape, along, across) : [along, across];
  const middle = {
    x: shape.cx + (anchored * direction[0] * (w - shape.w)) / 2,
    y: shape.cy + (anchored * direction[1] * (h - shape.h)) / 2,
  };
  const centre = inFrame(turned(middle, { x: shape.cx, y: shape.cy }, shape.angle), frame);
  return { cx: centre.x, cy: centre.y, w: rounded(w), h: rounded(h), angle: shape.angle };
}

function side(length: number, direction: number, place: number, anchored: number, least: number): number {
  if (direction === 0) return length;
  return Math.max(least, LEAST_SIDE, direction * place + (anchored * length) / 2);
}

function proportional(shape: Oriented, w: number, h: number): [w: number, h: number] {
  const scale = Math.max(w / shape.w, h / shape.h);
  return [shape.w * scale, shape.h * scale];
}

function turnedTo(shape: Oriented, to: Point, { shift }: Modifiers): Oriented {
  const degrees = (Math.atan2(to.y - shape.cy, to.x - shape.cx) * 180) / Math.PI + 90;
  const angle = shift ? Math.round(degrees / SNAP_DEGREES) * SNAP_DEGREES : degrees;
  return { ...shape, angle: wrappedAngle(angle) };
}

/** The centre stays on the picture; corners may leave it. */
export function translatedCentre(cx: number, cy: number, dx: number, dy: number, frame: Frame) {
  const centre = inFrame({ x: cx + dx, y: cy + dy }, frame);
  return { cx: centre.x, cy: centre.y };
}

export function resized(shape: Oriented, dx: number, dy: number, frame: Frame): Oriented {
  const longest = Math.hypot(frame.width, frame.height);
  return {
    ...shape,
    w: rounded(clamp(shape.w + dx, LEAST_SIDE, longest)),
    h: rounded(clamp(shape.h + dy, LEAST_SIDE, longest)),
  };
}
