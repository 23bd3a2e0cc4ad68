import type { Point, Sketch, Tool, ToolEvent, ToolHost } from "@/editors/image/contract";
import { MOST_POINTS } from "@/editors/image/geometries/packing";
import { flat } from "@/editors/image/geometries/plane";
import type { Pair } from "@/editors/image/geometries/values";
import { closes, isSamePlace, pair, placeOf, tellIfOutside } from "./places";
import { tell } from "./saying";
import { simplified } from "./simplifying";

/** Screen pixels between two points of a line that is drawn free-hand. */
const FREEHAND_STEP = 2;
/** Screen pixels by which the simplified line may leave the drawn one. */
const FREEHAND_TOLERANCE = 1;

/** What a run of points becomes. */
export interface PathForm {
  readonly closed: boolean;
  readonly leastPoints: number;
  /** False when the points make no shape: they are kept, to be changed. */
  done(points: readonly Pair[]): boolean;
}

/**
 * A run of points: each click adds one, dragging draws free-hand. Enter, a double click or, for a ring, a
 * click on the first point finishes.
 */
export class PathTool implements Tool {
  readonly cursor = "crosshair";
  readonly #host: ToolHost;
  readonly #form: PathForm;
  #points: Pair[] = [];
  /** How many points there were before each click or drag. */
  #steps: number[] = [];
  #last: Point = { x: 0, y: 0 };
  #scale = 1;
  #pressed: { readonly at: Point; readonly added: boolean } | null = null;
  /** Index of the point from which a free-hand line is drawn. */
  #drawnFrom = 0;
  #freehand = false;

  constructor(host: ToolHost, form: PathForm) {
    this.#host = host;
    this.#form = form;
  }

  down(event: ToolEvent): void {
    if (event.button !== 0) return;
    tellIfOutside(event, this.#host);
    this.#follow(event);
    if (this.#meetsFirst(event)) {
      this.finish();
      return;
    }
    const before = this.#points.at(-1);
    const again = before !== undefined && isSamePlace(pointOf(before), this.#last, event.scale);
    const added = !again && this.#hasRoom();
    if (added) {
      this.#steps.push(this.#points.length);
      this.#points.push(pair(this.#last));
    }
    this.#pressed = { at: this.#last, added };
    this.#host.changed();
  }

  move(event: ToolEvent): void {
    if (this.#points.length === 0) return;
    this.#follow(event);
    if (this.#pressed !== null && event.button === 0 && event.source === "pointer") this.#draw(event);
    this.#host.changed();
  }

  up(event: ToolEvent): void {
    this.#pressed = null;
    if (!this.#freehand) return;
    this.#freehand = false;
    this.#follow(event);
    const drawn = this.#points.slice(this.#drawnFrom);
    const kept = simplified(drawn, FREEHAND_TOLERANCE * event.scale);
    this.#points = [...this.#points.slice(0, this.#drawnFrom), ...kept];
    if (this.#meetsFirst(event)) this.finish();
    else this.#host.changed();
  }

  finish(): boolean {
    if (this.#points.length === 0) return false;
    if (this.#points.length < this.#form.leastPoints) {
      tell(this.#host, "morePoints", { least: this.#form.leastPoints });
      return false;
    }
    if (!this.#form.done(this.#points)) return false;
    this.cancel();
    return true;
  }

  cancel(): boolean {
    const begun = this.#points.length > 0;
    this.#points = [];
    this.#steps = [];
    this.#pressed = null;
    this.#freehand = false;
    if (begun) this.#host.changed();
    return begun;
  }

  back(): boolean {
    const length = this.#steps.pop();
    if (length === undefined) return false;
    this.#points.length = length;
    this.#pressed = null;
    this.#freehand = false;
    this.#host.changed();
    return true;
  }

  key(): boolean {
    return false;
  }

  sketch(): Sketch | null {
    const first = this.#points[0];
    if (first === undefined) return null;
    const following = this.#freehand ? this.#points : [...this.#points, pair(this.#last)];
    const closable = this.#form.closed && this.#points.length >= this.#form.leastPoints;
    const outlines = [{ points: flat(following), closed: closable && this.#wouldClose() }];
    if (closable && !this.#wouldClose())
      outlines.push({ points: flat([pair(this.#last), first]), closed: false, ...FAINT });
    return { outlines, dots: this.#freehand ? [pointOf(first)] : this.#points.map(pointOf) };
  }

  #follow(event: ToolEvent): void {
    this.#last = placeOf(event, this.#host);
    this.#scale = event.scale;
  }

  #draw(event: ToolEvent): void {
    const pressed = this.#pressed;
    if (pressed === null) return;
    if (!this.#freehand) {
      if (isSamePlace(pressed.at, this.#last, event.scale)) return;
      this.#freehand = true;
      this.#drawnFrom = this.#points.length - 1;
      if (!pressed.added) this.#steps.push(this.#points.length);
    }
    const before = pointOf(this.#points.at(-1) as Pair);
    const step = FREEHAND_STEP * event.scale;
    if (Math.hypot(before.x - this.#last.x, before.y - this.#last.y) >= step && this.#hasRoom())
      this.#points.push(pair(this.#last));
  }

  #meetsFirst(event: ToolEvent): boolean {
    const first = this.#points[0];
    return (
      this.#form.closed &&
      first !== undefined &&
      this.#points.length >= this.#form.leastPoints &&
      closes(pointOf(first), event, event.scale)
    );
  }

  #wouldClose(): boolean {
    const first = this.#points[0];
    return first !== undefined && !this.#freehand && closes(pointOf(first), this.#last, this.#scale);
  }

  #hasRoom(): boolean {
    if (this.#points.length < MOST_POINTS) return true;
    tell(this.#host, "fullPath", { most: MOST_POINTS });
    return false;
  }
}

const FAINT = { faint: true };

function pointOf([x, y]: Pair): Point {
  return { x, y };
}
