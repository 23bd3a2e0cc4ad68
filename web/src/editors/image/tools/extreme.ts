import type { Point, Sketch, Tool, ToolDefinition, ToolEvent, ToolHost } from "@/editors/image/contract";
import { box, boxBetween } from "@/editors/image/geometries/box";
import { boundsOf, LEAST_SIDE } from "@/editors/image/geometries/plane";
import { commitShape } from "./committing";
import { pair, placeOf, sizeCaption, tellIfOutside } from "./places";
import { tell } from "./saying";

const POINTS = 4;

/**
 * A box by a click on its uppermost, lowest, leftmost and rightmost point, in any order: on the thing itself,
 * where a corner of the box would lie beside it (Papadopoulos and others, 2017: a fifth of the time).
 */
class ExtremeTool implements Tool {
  readonly cursor = "crosshair";
  readonly #host: ToolHost;
  #points: Point[] = [];

  constructor(host: ToolHost) {
    this.#host = host;
  }

  down(event: ToolEvent): void {
    if (event.button !== 0) return;
    tellIfOutside(event, this.#host);
    this.#points.push(placeOf(event, this.#host));
    if (this.#points.length === POINTS) this.finish();
    else tell(this.#host, "extreme", { number: this.#points.length, of: POINTS });
    this.#host.changed();
  }

  move(): void {}

  up(): void {}

  finish(): boolean {
    if (this.#points.length < 2) return false;
    const made = this.#box();
    if (made.w < LEAST_SIDE || made.h < LEAST_SIDE) {
      tell(this.#host, "noArea");
      if (this.#points.length === POINTS) this.#points.pop();
      return false;
    }
    this.#points = [];
    commitShape(made, this.#host);
    this.#host.changed();
    return true;
  }

  cancel(): boolean {
    const begun = this.#points.length > 0;
    this.#points = [];
    if (begun) this.#host.changed();
    return begun;
  }

  back(): boolean {
    const taken = this.#points.pop() !== undefined;
    if (taken) this.#host.changed();
    return taken;
  }

  key(): boolean {
    return false;
  }

  sketch(): Sketch | null {
    if (this.#points.length === 0) return null;
    const made = this.#box();
    const outlines = box.outlines(made, this.#host.declared);
    return {
      outlines: outlines.map((outline) => ({ ...outline, faint: true })),
      dots: this.#points,
      caption: sizeCaption(made.w, made.h),
    };
  }

  #box() {
    const { left, top, right, bottom } = boundsOf(this.#points.map(pair));
    return boxBetween({ x: left, y: top }, { x: right, y: bottom }, this.#host.frame);
  }
}

export const extremeTool: ToolDefinition = {
  id: "box.extreme",
  makes: ["box"],
  label: "tools.box-extreme",
  icon: "IconArrowsMove",
  keys: ["Shift+e"],
  create: (host) => new ExtremeTool(host),
};
