import { MediaPainter } from "./media-painter";
import type { PaintAnswer, PaintMessage } from "./protocol";
import { type PaintContext, ShapePainter } from "./shape-painter";

export type SessionKind = "shapes" | "media";
export type PaintCanvas = OffscreenCanvas | HTMLCanvasElement;

/** Paints one layer of one picture. It lives in a worker, or on the page where there is no OffscreenCanvas. */
export class PaintSession {
  readonly #canvas: PaintCanvas;
  readonly #answer: (answer: PaintAnswer, transfer: Transferable[]) => void;
  readonly #shapes: ShapePainter | null;
  readonly #media: MediaPainter | null;

  constructor(
    kind: SessionKind,
    makeCanvas: (width: number, height: number) => PaintCanvas,
    answer: (answer: PaintAnswer, transfer: Transferable[]) => void,
  ) {
    this.#answer = answer;
    this.#canvas = makeCanvas(1, 1);
    const context = this.#canvas.getContext("2d") as PaintContext;
    this.#shapes = kind === "shapes" ? new ShapePainter(context) : null;
    this.#media =
      kind === "media" ? new MediaPainter(context, makeCanvas, () => answer({ kind: "stale" }, [])) : null;
  }

  async receive(message: PaintMessage): Promise<void> {
    switch (message.kind) {
      case "image":
      case "tiles":
        this.#media?.apply(message);
        break;
      case "paint":
        await this.#paint(message.view);
        break;
      case "close":
        this.#media?.close();
        this.#canvas.width = 1;
        this.#canvas.height = 1;
        break;
      default:
        this.#shapes?.apply(message);
    }
  }

  async #paint(view: Extract<PaintMessage, { kind: "paint" }>["view"]): Promise<void> {
    const media = this.#media?.paint(view) ?? { something: false, complete: true };
    const something = media.something || this.#shapes?.paint(view) === true;
    const image = something ? await createImageBitmap(this.#canvas) : null;
    const { complete } = media;
    this.#answer({ kind: "painted", view, image, complete }, image === null ? [] : [image]);
  }
}
