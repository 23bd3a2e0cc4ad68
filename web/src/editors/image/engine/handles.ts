import type { Bounds, Handle, Point } from "@/editors/image/contract";
import type { GeometryValue } from "@/interface/answer";
import { joined } from "./bounds";
import type { Shape } from "./shapes";
import type { Viewport } from "./viewport";

/** CSS pixels around a handle that belong to it. */
const REACH = 8;
/** CSS pixels that each handle needs along the outline. */
const ROOM = 14;

/** The handles of a shape that is on its way to `geometry`. */
export function shownHandles(shape: Shape, geometry: GeometryValue, viewport: Viewport): readonly Handle[] {
  const all = shape.kind.handles(geometry, shape.declared);
  const { left, top, right, bottom } = shape.bounds;
  const room = 2 * (right - left + bottom - top) * viewport.scale;
  // Where they would cover each other, the vertices are what is wanted.
  return room / all.length < ROOM ? all.filter(({ kind }) => kind !== "midpoint") : all;
}

/** The handle that a place on the screen means; of two as near, the one that is no midpoint. */
export function nearestHandle(handles: readonly Handle[], screen: Point, viewport: Viewport): Handle | null {
  let nearest: Handle | null = null;
  let distance = REACH;
  for (const handle of handles) {
    const place = viewport.toScreen(handle);
    const each = Math.hypot(place.x - screen.x, place.y - screen.y);
    const closer = each < distance || (each === distance && handle.kind !== "midpoint");
    if (!closer) continue;
    nearest = handle;
    distance = each;
  }
  return nearest;
}

/** The rectangle around shapes, those that are being moved where they are now; null around none. */
export function boundsAround(
  shapes: readonly Shape[],
  moved: ReadonlyMap<string, GeometryValue> | null,
): Bounds | null {
  const bounds = shapes.map(({ id, bounds: own, kind, declared }) => {
    const geometry = moved?.get(id);
    return geometry === undefined ? own : kind.bounds(geometry, declared);
  });
  return bounds.reduce<Bounds | null>((all, each) => (all === null ? each : joined(all, each)), null);
}
