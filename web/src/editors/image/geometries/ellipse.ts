import type { Frame, Point, ShapeKind } from "@/editors/image/contract";
import {
  moveOrientedHandle,
  type Oriented,
  orientedHandles,
  resized,
  translatedCentre,
} from "@/editors/image/geometries/oriented";
import {
  constraint,
  inFrame,
  isInside,
  pathDistance,
  rounded,
  turned,
  wrappedAngle,
} from "@/editors/image/geometries/plane";
import type { EllipseValue } from "@/editors/image/geometries/values";

const VERTICES = 64;

function around({ cx, cy, rx, ry, angle }: EllipseValue): Oriented {
  return { cx, cy, w: rx * 2, h: ry * 2, angle };
}

function ellipseOf({ cx, cy, w, h, angle }: Oriented): EllipseValue {
  return { type: "ellipse", cx, cy, rx: rounded(w / 2), ry: rounded(h / 2), angle };
}

/** The ellipse that fills the box between two corners. */
export function ellipseBetween(a: Point, b: Point, frame: Frame): EllipseValue {
  const [one, other] = [inFrame(a, frame), inFrame(b, frame)];
  return ellipseOf({
    cx: rounded((one.x + other.x) / 2),
    cy: rounded((one.y + other.y) / 2),
    w: Math.abs(one.x - other.x),
    h: Math.abs(one.y - other.y),
    angle: 0,
  });
}

function outline(value: EllipseValue): Float32Array {
  const points = new Float32Array(VERTICES * 2);
  const turn = (value.angle * Math.PI) / 180;
  const [cosine, sine] = [Math.cos(turn), Math.sin(turn)];
  for (let index = 0; index < VERTICES; index += 1) {
    const at = (index * 2 * Math.PI) / VERTICES;
    const [x, y] = [value.rx * Math.cos(at), value.ry * Math.sin(at)];
    points[index * 2] = value.cx + cosine * x - sine * y;
    points[index * 2 + 1] = value.cy + sine * x + cosine * y;
  }
  return points;
}

/** Centre, two radii and a turn; the rim may leave the picture, the centre may not. */
export const ellipse: ShapeKind<EllipseValue> = {
  type: "ellipse",
  bounds({ cx, cy, rx, ry, angle }) {
    const turn = (angle * Math.PI) / 180;
    const [cosine, sine] = [Math.cos(turn), Math.sin(turn)];
    const [x, y] = [Math.hypot(rx * cosine, ry * sine), Math.hypot(rx * sine, ry * cosine)];
    return { left: cx - x, top: cy - y, right: cx + x, bottom: cy + y };
  },
  outlines: (value) => [{ points: outline(value), closed: true }],
  hit(value, at, tolerance) {
    const ring = outline(value);
    return isInside(at, ring) || pathDistance(at, ring, true) <= tolerance;
  },
  area: ({ rx, ry }) => Math.PI * rx * ry,
  handles: (value) => orientedHandles(around(value)),
  moveHandle: (value, handle, to, modifiers, frame, declared) =>
    ellipseOf(
      moveOrientedHandle(around(value), handle, to, modifiers, frame, constraint(declared, "min_px", 0)),
    ),
  translate: (value, dx, dy, frame) => ({ ...value, ...translatedCentre(value.cx, value.cy, dx, dy, frame) }),
  resize: (value, dx, dy, frame) => ellipseOf(resized(around(value), dx, dy, frame)),
  rotate: (value, degrees) => ({ ...value, angle: wrappedAngle(value.angle + degrees) }),
  vertices: ({ cx, cy, rx, ry, angle }) =>
    [
      { x: cx - rx, y: cy },
      { x: cx + rx, y: cy },
      { x: cx, y: cy - ry },
      { x: cx, y: cy + ry },
    ].map((place) => turned(place, { x: cx, y: cy }, angle)),
};
