import type { Point, Sketch, Tool, ToolDefinition, ToolEvent, ToolHost } from "@/editors/image/contract";
import { cuboid2d, cuboidFrom } from "@/editors/image/geometries/cuboid2d";
import { clamp } from "@/editors/image/geometries/plane";
import type { BoxValue, Cuboid2dValue } from "@/editors/image/geometries/values";
import { boxForm } from "./box";
import { commitShape } from "./committing";
import { CornersTool } from "./corners";
import { placeOf } from "./places";
import { tell } from "./saying";

/** How large the far face is beside the near one, at first. */
const FAR_SHARE = 0.75;
const SHARE_STEP = 0.05;

/** The near face as a box, then the middle of the far face. */
class CuboidTool implements Tool {
  readonly cursor = "crosshair";
  readonly #host: ToolHost;
  readonly #front: CornersTool<BoxValue>;
  #near: BoxValue | null = null;
  #middle: Point = { x: 0, y: 0 };
  #share = FAR_SHARE;
  /** The release that ends the near face belongs to it. */
  #settling = false;

  constructor(host: ToolHost) {
    this.#host = host;
    this.#front = new CornersTool(host, boxForm(host), (near) => this.#begin(near));
  }

  down(event: ToolEvent): void {
    if (this.#near === null) this.#front.down(event);
    else if (event.button === 0) {
      this.#middle = placeOf(event, this.#host);
      this.finish();
    }
  }

  move(event: ToolEvent): void {
    if (this.#near === null) this.#front.move(event);
    else {
      this.#settling = false;
      this.#middle = placeOf(event, this.#host);
      this.#host.changed();
    }
  }

  up(event: ToolEvent): void {
    if (this.#near === null) this.#front.up(event);
  }

  finish(): boolean {
    if (this.#near === null) return this.#front.finish();
    if (this.#settling) return false;
    const made = this.#cuboid(this.#near);
    this.#near = null;
    commitShape(made, this.#host);
    this.#host.changed();
    return true;
  }

  cancel(): boolean {
    const begun = this.#near !== null;
    this.#near = null;
    if (begun) this.#host.changed();
    return this.#front.cancel() || begun;
  }

  back(): boolean {
    return this.cancel();
  }

  key(name: string): boolean {
    const step = name === "larger" ? SHARE_STEP : name === "smaller" ? -SHARE_STEP : 0;
    if (this.#near === null || step === 0) return false;
    this.#share = clamp(Math.round((this.#share + step) * 100) / 100, 0.1, 2);
    this.#host.changed();
    return true;
  }

  sketch(): Sketch | null {
    if (this.#near === null) return this.#front.sketch();
    const { declared } = this.#host;
    return { outlines: cuboid2d.outlines(this.#cuboid(this.#near), declared), dots: [] };
  }

  #begin(near: BoxValue): void {
    this.#near = near;
    this.#share = FAR_SHARE;
    this.#middle = { x: near.x + near.w / 2, y: near.y + near.h / 2 };
    this.#settling = true;
    tell(this.#host, "depth");
  }

  #cuboid(near: BoxValue): Cuboid2dValue {
    return cuboidFrom(near, this.#middle, this.#share);
  }
}

export const cuboidTool: ToolDefinition = {
  id: "cuboid2d",
  makes: ["cuboid2d"],
  label: "tools.cuboid2d",
  icon: "IconCube",
  keys: ["Shift+c"],
  ownKeys: [
    { name: "smaller", keys: ["["] },
    { name: "larger", keys: ["]"] },
  ],
  create: (host) => new CuboidTool(host),
};
