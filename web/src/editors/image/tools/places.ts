import type { Frame, Point, ToolEvent, ToolHost } from "@/editors/image/contract";
import { distance, inFrame, LEAST_SIDE } from "@/editors/image/geometries/plane";
import type { Pair } from "@/editors/image/geometries/values";
import { tell } from "./saying";

/** Screen pixels within which a press and a release are one click, and two clicks one place. */
const CLICK_SLACK = 3;
/** Screen pixels from its first point within which a click closes a ring. */
const CLOSING_REACH = 10;

/** Where an event means to be: snapped, and on the picture. A click beside it is said. */
export function placeOf(event: ToolEvent, host: ToolHost): Point {
  const snapped = host.snap(event, event.modifiers, event.scale);
  return inFrame(snapped, host.frame);
}

/** Tells that a click beside the picture counts at its border. */
export function tellIfOutside(event: ToolEvent, host: ToolHost): void {
  if (event.button === 0 && isOutside(event, host.frame)) tell(host, "outside");
}

function isOutside({ x, y }: Point, frame: Frame): boolean {
  return x < -LEAST_SIDE || y < -LEAST_SIDE || x > frame.width + LEAST_SIDE || y > frame.height + LEAST_SIDE;
}

export function isSamePlace(a: Point, b: Point, scale: number): boolean {
  return distance(a, b) <= CLICK_SLACK * scale;
}

export function closes(first: Point, at: Point, scale: number): boolean {
  return distance(first, at) <= CLOSING_REACH * scale;
}

export function pair({ x, y }: Point): Pair {
  return [x, y];
}

/** Whole pixels, as a caption beside the pointer. */
export function sizeCaption(width: number, height: number): string {
  return `${Math.round(width)} × ${Math.round(height)}`;
}
