import type { ShapeKind } from "@/editors/image/contract";
import {
  corners,
  moveOrientedHandle,
  type Oriented,
  orientedHandles,
  resized,
  translatedCentre,
} from "@/editors/image/geometries/oriented";
import {
  boundsOf,
  constraint,
  flat,
  isInside,
  pathDistance,
  wrappedAngle,
} from "@/editors/image/geometries/plane";
import type { Pair, RotatedBoxValue } from "@/editors/image/geometries/values";

export function rotatedBoxOf(shape: Oriented): RotatedBoxValue {
  return { type: "rotated_box", ...shape };
}

function ring(value: RotatedBoxValue): Pair[] {
  return corners(value).map(({ x, y }): Pair => [x, y]);
}

/** Centre, sides and a turn; corners may stick out of the picture, the centre may not. */
export const rotatedBox: ShapeKind<RotatedBoxValue> = {
  type: "rotated_box",
  bounds: (value) => boundsOf(ring(value)),
  outlines: (value) => [{ points: flat(ring(value)), closed: true }],
  hit(value, at, tolerance) {
    const outline = flat(ring(value));
    return isInside(at, outline) || pathDistance(at, outline, true) <= tolerance;
  },
  area: ({ w, h }) => w * h,
  handles: orientedHandles,
  moveHandle: ({ cx, cy, w, h, angle }, handle, to, modifiers, frame, declared) => {
    const least = constraint(declared, "min_px", 0);
    return rotatedBoxOf(moveOrientedHandle({ cx, cy, w, h, angle }, handle, to, modifiers, frame, least));
  },
  translate: (value, dx, dy, frame) => ({ ...value, ...translatedCentre(value.cx, value.cy, dx, dy, frame) }),
  resize: ({ cx, cy, w, h, angle }, dx, dy, frame) =>
    rotatedBoxOf(resized({ cx, cy, w, h, angle }, dx, dy, frame)),
  rotate: (value, degrees) => ({ ...value, angle: wrappedAngle(value.angle + degrees) }),
  vertices: (value) => corners(value),
};
