import type { Bounds } from "@/editors/image/contract";
import { covers, grown, shared } from "@/editors/image/engine/bounds";
import type { Viewport } from "@/editors/image/engine/viewport";
import { openChannel, type PaintChannel } from "./channel";
import { type PaintAnswer, type PaintMessage, type PaintView, seenIn } from "./protocol";
import type { SessionKind } from "./session";

/** Part of the view's size that is painted beyond each edge. */
export const OVERSCAN = 0.25;
/** Milliseconds without a zoom or pan after which a view is painted anew at its own scale. */
const SETTLED_AFTER = 60;
/** The same while something that is seen is not painted at all. */
const MISSING_AFTER = 16;

/**
 * A canvas that shows what a painter made elsewhere. Until the next picture is there, the last one is moved
 * and scaled by the compositor: the page itself draws nothing.
 */
export class PaintedLayer {
  readonly element: HTMLCanvasElement;
  readonly #viewport: Viewport;
  readonly #channel: PaintChannel;
  readonly #context: ImageBitmapRenderingContext | null;
  readonly #onPainted: () => void;
  #painted: PaintView | null = null;
  #covered = false;
  #waiting = false;
  #dirty = true;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(kind: SessionKind, viewport: Viewport, onPainted: () => void = () => undefined) {
    this.#viewport = viewport;
    this.#onPainted = onPainted;
    this.element = document.createElement("canvas");
    this.element.dataset.layer = kind;
    this.#context = this.element.getContext("bitmaprenderer");
    this.#channel = openChannel(kind);
    this.#channel.onAnswer((answer) => this.#receive(answer));
  }

  /** Whether everything that is seen has been painted, sharp or not. */
  get covered(): boolean {
    return this.#covered;
  }

  /** Whether the newest state is on the screen, sharp. */
  get settled(): boolean {
    return !this.#dirty && !this.#waiting && this.#timer === undefined;
  }

  send(message: PaintMessage, transfer?: Transferable[]): void {
    this.#channel.send(message, transfer);
    this.#dirty = true;
    this.#request();
  }

  /** Put what there is where the viewport wants it, and have it painted anew where that is not enough. */
  place(): void {
    const painted = this.#painted;
    if (painted === null) {
      this.#request();
      return;
    }
    const { scale, x, y, visible } = this.#viewport;
    const factor = (scale * painted.ratio) / painted.scale;
    const left = painted.left * scale + x;
    const top = painted.top * scale + y;
    this.element.style.transform = `translate(${left}px, ${top}px) scale(${factor})`;
    const seen = shared(visible, frameOf(this.#viewport));
    this.#covered = seen === null || covers(grown(seenIn(painted), 1 / painted.scale), seen);
    const sharp = Math.abs(painted.scale - scale * this.#viewport.ratio) < 1e-9;
    if (!this.#covered || !sharp) this.#later(this.#covered ? SETTLED_AFTER : MISSING_AFTER);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#channel.close();
    this.element.width = 0;
    this.element.remove();
  }

  #later(milliseconds: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#dirty = true;
      this.#request();
    }, milliseconds);
  }

  #request(): void {
    if (this.#waiting || !this.#dirty) return;
    const view = viewToPaint(this.#viewport, this.#painted);
    if (view === null) return;
    this.#waiting = true;
    this.#dirty = false;
    this.#channel.send({ kind: "paint", view });
  }

  #receive(answer: PaintAnswer): void {
    if (answer.kind === "stale") {
      this.#dirty = true;
      this.#request();
      return;
    }
    this.#waiting = false;
    this.#show(answer.view, answer.image);
    if (this.#dirty) this.#request();
    this.#onPainted();
  }

  #show(view: PaintView, image: ImageBitmap | null): void {
    this.element.hidden = image === null;
    if (image !== null) {
      this.element.style.width = `${view.width / view.ratio}px`;
      this.element.style.height = `${view.height / view.ratio}px`;
      if (this.#context !== null) this.#context.transferFromImageBitmap(image);
    }
    this.#painted = view;
    this.place();
  }
}

/**
 * The rectangle to paint for a viewport: what is seen and a quarter more on each side, as far as the picture
 * goes. The last one stays when it still fits, so that a change repaints only where something changed.
 */
export function viewToPaint(viewport: Viewport, last: PaintView | null): PaintView | null {
  const { ratio, width, height, visible, frame } = viewport;
  if (width <= 1 || height <= 1) return null;
  const scale = viewport.scale * ratio;
  const seen = shared(visible, frameOf(viewport));
  if (seen === null) return null;
  if (last !== null && last.scale === scale && last.ratio === ratio && covers(seenIn(last), seen))
    return last;
  // Lines and labels at the picture's edge reach a little beyond it.
  const edge = 24 / viewport.scale;
  const room = grown(visible, (OVERSCAN * width) / viewport.scale, (OVERSCAN * height) / viewport.scale);
  const part = shared(room, grown({ left: 0, top: 0, right: frame.width, bottom: frame.height }, edge));
  if (part === null) return null;
  // On whole device pixels, so that nothing is blurred while it stays at this scale.
  const x = viewport.x * ratio;
  const y = viewport.y * ratio;
  const left = Math.floor(part.left * scale + x);
  const top = Math.floor(part.top * scale + y);
  return {
    scale,
    ratio,
    left: (left - x) / scale,
    top: (top - y) / scale,
    width: Math.ceil(part.right * scale + x) - left,
    height: Math.ceil(part.bottom * scale + y) - top,
  };
}

function frameOf(viewport: Viewport): Bounds {
  return { left: 0, top: 0, right: viewport.frame.width, bottom: viewport.frame.height };
}
