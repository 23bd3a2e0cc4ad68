import type { Bounds, Frame, Point } from "@/editors/image/contract";
import { nearestOnSegment } from "@/editors/image/geometries/plane";
import { grown } from "./bounds";
import type { Shape } from "./shapes";

/** CSS pixels within which a place is drawn to a vertex, an edge or the border. */
export const SNAP_REACH = 6;
/** Shapes that are asked for their vertices; in a denser crowd snapping would only be in the way. */
const MOST_SHAPES = 64;

/** Finds shapes whose bounds meet a rectangle. */
export type FindAround = (bounds: Bounds, most: number) => readonly Shape[];

/**
 * The nearest vertex within `reach` picture pixels, else the nearest place on an edge, else the border of
 * the picture (each side by itself), else the place itself.
 */
export function snapped(at: Point, reach: number, frame: Frame, shapes: FindAround, except?: string): Point {
  const around = grown({ left: at.x, top: at.y, right: at.x, bottom: at.y }, reach);
  const near = shapes(around, MOST_SHAPES).filter((shape) => shape.id !== except);
  return nearestVertex(at, reach, near) ?? nearestOnEdge(at, reach, near) ?? toBorder(at, reach, frame);
}

function nearestVertex(at: Point, reach: number, shapes: readonly Shape[]): Point | null {
  return nearest(
    at,
    reach,
    shapes.flatMap(({ kind, geometry }) => kind.vertices(geometry)),
  );
}

function nearestOnEdge(at: Point, reach: number, shapes: readonly Shape[]): Point | null {
  const places: Point[] = [];
  for (const { kind, geometry, declared } of shapes) {
    for (const { points, closed } of kind.outlines(geometry, declared)) {
      const count = points.length / 2;
      for (let index = closed ? 0 : 1; index < count; index += 1) {
        const before = (index + count - 1) % count;
        places.push(
          nearestOnSegment(
            at,
            { x: points[2 * before] as number, y: points[2 * before + 1] as number },
            { x: points[2 * index] as number, y: points[2 * index + 1] as number },
          ),
        );
      }
    }
  }
  return nearest(at, reach, places);
}

function toBorder(at: Point, reach: number, frame: Frame): Point {
  const side = (value: number, length: number) => {
    if (Math.abs(value) <= reach) return 0;
    return Math.abs(value - length) <= reach ? length : value;
  };
  return { x: side(at.x, frame.width), y: side(at.y, frame.height) };
}

function nearest(at: Point, reach: number, places: readonly Point[]): Point | null {
  let found: Point | null = null;
  let distance = reach;
  for (const place of places) {
    const each = Math.hypot(place.x - at.x, place.y - at.y);
    if (each > distance) continue;
    found = { x: place.x, y: place.y };
    distance = each;
  }
  return found;
}
