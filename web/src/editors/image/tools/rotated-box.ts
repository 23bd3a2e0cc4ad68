import type { Point, Sketch, Tool, ToolDefinition, ToolEvent, ToolHost } from "@/editors/image/contract";
import { distance, flat, inFrame, LEAST_SIDE, rounded, wrappedAngle } from "@/editors/image/geometries/plane";
import { rotatedBox, rotatedBoxOf } from "@/editors/image/geometries/rotated-box";
import type { RotatedBoxValue } from "@/editors/image/geometries/values";
import { commitShape } from "./committing";
import { isSamePlace, pair, placeOf, sizeCaption, tellIfOutside } from "./places";
import { tell } from "./saying";

/** One side by two clicks or a drag along it, then the width by a third click. */
class RotatedBoxTool implements Tool {
  readonly cursor = "crosshair";
  readonly #host: ToolHost;
  #side: readonly [Point] | readonly [Point, Point] | null = null;
  #last: Point = { x: 0, y: 0 };
  #dragging = false;

  constructor(host: ToolHost) {
    this.#host = host;
  }

  down(event: ToolEvent): void {
    if (event.button !== 0) return;
    tellIfOutside(event, this.#host);
    this.#last = placeOf(event, this.#host);
    if (this.#side === null) {
      this.#side = [this.#last];
      this.#dragging = true;
    } else if (this.#side.length === 1) this.#endSide();
    else this.#complete();
    this.#host.changed();
  }

  move(event: ToolEvent): void {
    if (this.#side === null) return;
    this.#last = placeOf(event, this.#host);
    this.#host.changed();
  }

  up(event: ToolEvent): void {
    const dragged = this.#dragging;
    this.#dragging = false;
    if (!dragged || this.#side === null || this.#side.length === 2) return;
    this.#last = placeOf(event, this.#host);
    if (!isSamePlace(this.#side[0], this.#last, event.scale)) this.#endSide();
    this.#host.changed();
  }

  finish(): boolean {
    return this.#side !== null && this.#side.length === 2 && this.#complete();
  }

  cancel(): boolean {
    const begun = this.#side !== null;
    this.#side = null;
    this.#dragging = false;
    if (begun) this.#host.changed();
    return begun;
  }

  back(): boolean {
    if (this.#side === null) return false;
    this.#side = this.#side.length === 2 ? [this.#side[0]] : null;
    this.#host.changed();
    return true;
  }

  key(): boolean {
    return false;
  }

  sketch(): Sketch | null {
    if (this.#side === null) return null;
    const [from, to] = this.#side;
    if (to === undefined) {
      const outlines = [{ points: flat([pair(from), pair(this.#last)]), closed: false }];
      return { outlines, dots: [from], caption: `${Math.round(distance(from, this.#last))}` };
    }
    const made = this.#box(from, to);
    return {
      outlines: rotatedBox.outlines(made, this.#host.declared),
      dots: [from, to],
      caption: `${sizeCaption(made.w, made.h)}, ${Math.round(made.angle)}°`,
    };
  }

  #endSide(): void {
    if (this.#side === null) return;
    const [from] = this.#side;
    if (distance(from, this.#last) < LEAST_SIDE) tell(this.#host, "noArea");
    else {
      this.#side = [from, this.#last];
      tell(this.#host, "width");
    }
  }

  #complete(): boolean {
    const [from, to] = this.#side ?? [];
    if (from === undefined || to === undefined) return false;
    const made = this.#box(from, to);
    if (made.h < LEAST_SIDE) {
      tell(this.#host, "noArea");
      return false;
    }
    this.#side = null;
    commitShape(made, this.#host);
    this.#host.changed();
    return true;
  }

  /** The box with a side from `from` to `to` that reaches as far as the pointer. */
  #box(from: Point, to: Point): RotatedBoxValue {
    const length = distance(from, to);
    const across = { x: -(to.y - from.y) / length, y: (to.x - from.x) / length };
    const reach = (this.#last.x - from.x) * across.x + (this.#last.y - from.y) * across.y;
    const centre = {
      x: (from.x + to.x + across.x * reach) / 2,
      y: (from.y + to.y + across.y * reach) / 2,
    };
    const { x: cx, y: cy } = inFrame(centre, this.#host.frame);
    const angle = wrappedAngle((Math.atan2(to.y - from.y, to.x - from.x) * 180) / Math.PI);
    return rotatedBoxOf({ cx, cy, w: rounded(length), h: rounded(Math.abs(reach)), angle });
  }
}

export const rotatedBoxTool: ToolDefinition = {
  id: "rotated_box",
  makes: ["rotated_box"],
  label: "tools.rotated_box",
  icon: "IconRotateRectangle",
  keys: ["Shift+r"],
  create: (host) => new RotatedBoxTool(host),
};
