import type { Bounds, Frame, Point } from "@/editors/image/contract";

/** Screen pixels per picture pixel: no further out than a tenth of "fit", no further in than this. */
const LARGEST_SCALE = 64;
/** Part of the view that stays free around what is fitted in. */
const FIT_MARGIN = 0.02;
const SHOW_MARGIN = 0.2;

/**
 * Which part of the picture is seen. Screen coordinates are CSS pixels from the view's upper left corner,
 * picture coordinates are the picture's own pixels. Exact: a pan moves by whole amounts given, a zoom keeps
 * the picture under the pointer where it is.
 */
export class Viewport {
  readonly frame: Frame;
  /** Size of the view in CSS pixels. */
  width = 1;
  height = 1;
  /** Device pixels per CSS pixel. */
  ratio = 1;
  /** CSS pixels per picture pixel. */
  scale = 1;
  /** Where the picture's upper left corner is, in CSS pixels. */
  x = 0;
  y = 0;
  readonly #listeners = new Set<() => void>();
  #fitted = true;

  constructor(frame: Frame) {
    this.frame = frame;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Whether the whole picture is fitted in; it then stays so when the view's size changes. */
  get fitted(): boolean {
    return this.#fitted;
  }

  toPicture(screen: Point): Point {
    return { x: (screen.x - this.x) / this.scale, y: (screen.y - this.y) / this.scale };
  }

  toScreen(picture: Point): Point {
    return { x: picture.x * this.scale + this.x, y: picture.y * this.scale + this.y };
  }

  /** The part of the plane that is seen, in picture pixels; it can be larger than the picture. */
  get visible(): Bounds {
    const { x: left, y: top } = this.toPicture({ x: 0, y: 0 });
    const { x: right, y: bottom } = this.toPicture({ x: this.width, y: this.height });
    return { left, top, right, bottom };
  }

  get smallestScale(): number {
    return Math.min(this.#fitScale() / 10, 1);
  }

  resize(width: number, height: number, ratio: number): void {
    if (width === this.width && height === this.height && ratio === this.ratio) return;
    const middle = this.toPicture({ x: this.width / 2, y: this.height / 2 });
    this.width = Math.max(1, width);
    this.height = Math.max(1, height);
    this.ratio = ratio;
    if (this.#fitted) this.#place(this.#fitScale(), this.#middleOfFrame());
    else this.#place(this.scale, middle);
    this.#announce();
  }

  fit(): void {
    this.#fitted = true;
    this.#place(this.#fitScale(), this.#middleOfFrame());
    this.#announce();
  }

  /** One picture pixel on one device pixel, the middle of the view where it is. */
  actualSize(): void {
    this.zoomTo(1 / this.ratio, { x: this.width / 2, y: this.height / 2 });
  }

  zoomBy(factor: number, at: Point = { x: this.width / 2, y: this.height / 2 }): void {
    this.zoomTo(this.scale * factor, at);
  }

  /** `at` is the screen point that keeps its place on the picture. */
  zoomTo(scale: number, at: Point): void {
    const bounded = Math.min(LARGEST_SCALE, Math.max(this.smallestScale, scale));
    const under = this.toPicture(at);
    this.scale = bounded;
    this.x = at.x - under.x * bounded;
    this.y = at.y - under.y * bounded;
    this.#fitted = false;
    this.#keepInSight();
    this.#announce();
  }

  /** By CSS pixels. */
  panBy(dx: number, dy: number): void {
    this.x += dx;
    this.y += dy;
    this.#fitted = false;
    this.#keepInSight();
    this.#announce();
  }

  /** Bring a place of the picture to the middle of the view. */
  centre(picture: Point): void {
    this.#fitted = false;
    this.#place(this.scale, picture);
    this.#keepInSight();
    this.#announce();
  }

  /** Zoom so that a part of the picture fills the view, with room around it. */
  show(bounds: Bounds): void {
    const width = Math.max(bounds.right - bounds.left, 8);
    const height = Math.max(bounds.bottom - bounds.top, 8);
    const room = 1 - 2 * SHOW_MARGIN;
    const scale = Math.min((this.width * room) / width, (this.height * room) / height, 16);
    this.#fitted = false;
    this.#place(Math.max(this.smallestScale, scale), middleOf(bounds));
    this.#announce();
  }

  /** Move only as far as it takes for a part of the picture to be seen. */
  bringIntoView(bounds: Bounds): void {
    const seen = this.visible;
    const tooLarge =
      bounds.right - bounds.left > seen.right - seen.left ||
      bounds.bottom - bounds.top > seen.bottom - seen.top;
    if (tooLarge) {
      this.show(bounds);
      return;
    }
    const dx = Math.max(0, bounds.right - seen.right) - Math.max(0, seen.left - bounds.left);
    const dy = Math.max(0, bounds.bottom - seen.bottom) - Math.max(0, seen.top - bounds.top);
    if (dx !== 0 || dy !== 0) this.panBy(-dx * this.scale, -dy * this.scale);
  }

  #fitScale(): number {
    const room = 1 - 2 * FIT_MARGIN;
    return Math.min((this.width * room) / this.frame.width, (this.height * room) / this.frame.height);
  }

  #middleOfFrame(): Point {
    return { x: this.frame.width / 2, y: this.frame.height / 2 };
  }

  #place(scale: number, middle: Point): void {
    this.scale = scale;
    this.x = this.width / 2 - middle.x * scale;
    this.y = this.height / 2 - middle.y * scale;
  }

  /** A corner of the picture always stays in the view: nobody gets lost. */
  #keepInSight(): void {
    const margin = Math.min(64, this.width / 4, this.height / 4);
    this.x = Math.min(this.width - margin, Math.max(margin - this.frame.width * this.scale, this.x));
    this.y = Math.min(this.height - margin, Math.max(margin - this.frame.height * this.scale, this.y));
  }

  #announce(): void {
    for (const listener of this.#listeners) listener();
  }
}

function middleOf(bounds: Bounds): Point {
  return { x: (bounds.left + bounds.right) / 2, y: (bounds.top + bounds.bottom) / 2 };
}
