import type { Frame, Handle, Modifiers, Point, ShapeKind } from "@/editors/image/contract";
import {
  clamp,
  constraint,
  inFrame,
  LEAST_SIDE,
  rounded,
  settled,
  shiftWithin,
} from "@/editors/image/geometries/plane";
import type { BoxValue } from "@/editors/image/geometries/values";
import type { ClassDeclaration } from "@/interface/declaration";

/** The smallest box around two corners, on the picture. */
export function boxBetween(a: Point, b: Point, frame: Frame): BoxValue {
  const [one, other] = [inFrame(a, frame), inFrame(b, frame)];
  return fromEdges(
    Math.min(one.x, other.x),
    Math.min(one.y, other.y),
    Math.max(one.x, other.x),
    Math.max(one.y, other.y),
  );
}

function fromEdges(left: number, top: number, right: number, bottom: number): BoxValue {
  const [x, y] = [rounded(left), rounded(top)];
  return { type: "box", x, y, w: rounded(rounded(right) - x), h: rounded(rounded(bottom) - y) };
}

function sideWithin(side: number, most: number): number {
  return settled(clamp(side, Math.min(LEAST_SIDE, most), most), 0, most);
}

const CURSORS: Readonly<Record<string, string>> = {
  nw: "nwse-resize",
  n: "ns-resize",
  ne: "nesw-resize",
  e: "ew-resize",
  se: "nwse-resize",
  s: "ns-resize",
  sw: "nesw-resize",
  w: "ew-resize",
};

function handles(box: BoxValue): Handle[] {
  return Object.entries(CURSORS).map(([id, cursor]) => ({
    id,
    cursor,
    kind: id.length === 2 ? "corner" : "edge",
    x: box.x + (id.includes("w") ? 0 : id.includes("e") ? box.w : box.w / 2),
    y: box.y + (id.includes("n") ? 0 : id.includes("s") ? box.h : box.h / 2),
  }));
}

/** New limits along one axis when a side is dragged; with `centred` the opposite side moves, too. */
function dragged(
  low: number,
  high: number,
  side: "low" | "high" | null,
  to: number,
  length: number,
  least: number,
  centred: boolean,
): [low: number, high: number] {
  if (side === null) return [low, high];
  const place = clamp(to, 0, length);
  if (!centred)
    return side === "low"
      ? [clamp(place, 0, Math.max(0, high - least)), high]
      : [low, clamp(place, Math.min(length, low + least), length)];
  const middle = (low + high) / 2;
  const reach = clamp(Math.abs(place - middle), least / 2, Math.min(middle, length - middle));
  return [middle - reach, middle + reach];
}

function moveHandle(
  box: BoxValue,
  handle: string,
  to: Point,
  modifiers: Modifiers,
  frame: Frame,
  declared: ClassDeclaration,
): BoxValue {
  if (!Object.hasOwn(CURSORS, handle)) return box;
  const least = Math.max(LEAST_SIDE, constraint(declared, "min_px", 0));
  const place = modifiers.shift && handle.length === 2 ? inProportion(box, handle, to) : to;
  const across = handle.includes("w") ? "low" : handle.includes("e") ? "high" : null;
  const down = handle.includes("n") ? "low" : handle.includes("s") ? "high" : null;
  const [left, right] = dragged(box.x, box.x + box.w, across, place.x, frame.width, least, modifiers.mod);
  const [top, bottom] = dragged(box.y, box.y + box.h, down, place.y, frame.height, least, modifiers.mod);
  return fromEdges(left, top, right, bottom);
}

/** The place on the diagonal through a corner that is nearest to the pointer. */
function inProportion(box: BoxValue, corner: string, to: Point): Point {
  const fixed = {
    x: corner.includes("w") ? box.x + box.w : box.x,
    y: corner.includes("n") ? box.y + box.h : box.y,
  };
  const dx = corner.includes("w") ? -box.w : box.w;
  const dy = corner.includes("n") ? -box.h : box.h;
  const share = ((to.x - fixed.x) * dx + (to.y - fixed.y) * dy) / (dx * dx + dy * dy);
  return { x: fixed.x + dx * share, y: fixed.y + dy * share };
}

/** Axis-parallel: the upper left corner and the size. */
export const box: ShapeKind<BoxValue> = {
  type: "box",
  bounds: ({ x, y, w, h }) => ({ left: x, top: y, right: x + w, bottom: y + h }),
  outlines: ({ x, y, w, h }) => [
    { points: Float32Array.of(x, y, x + w, y, x + w, y + h, x, y + h), closed: true },
  ],
  hit: ({ x, y, w, h }, at, tolerance) =>
    at.x >= x - tolerance && at.x <= x + w + tolerance && at.y >= y - tolerance && at.y <= y + h + tolerance,
  area: ({ w, h }) => w * h,
  handles,
  moveHandle,
  translate(value, dx, dy, frame) {
    const shift = shiftWithin(box.bounds(value, NO_CLASS), dx, dy, frame);
    return {
      ...value,
      x: settled(value.x + shift.x, 0, frame.width - value.w),
      y: settled(value.y + shift.y, 0, frame.height - value.h),
    };
  },
  resize: (value, dx, dy, frame) => ({
    ...value,
    w: sideWithin(value.w + dx, frame.width - value.x),
    h: sideWithin(value.h + dy, frame.height - value.y),
  }),
  vertices: ({ x, y, w, h }) => [
    { x, y },
    { x: x + w, y },
    { x: x + w, y: y + h },
    { x, y: y + h },
  ],
};

const NO_CLASS: ClassDeclaration = { value: "", geometry: "box" };
