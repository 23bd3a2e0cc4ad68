import type { Bounds } from "@/editors/image/contract";
import { shared } from "@/editors/image/engine/bounds";
import { type MediaMessage, type PaintView, seenIn } from "./protocol";
import type { PaintContext } from "./shape-painter";
import { TileCache } from "./tile-cache";

/** From this many device pixels per picture pixel on, the pixels are shown as squares. */
const SQUARES_FROM = 4;
/** Levels are made until the longest side is at most this. */
const SMALLEST_LEVEL = 1024;

/** Something of the picture that can be drawn: `area` in picture pixels. */
interface Piece {
  readonly image: CanvasImageSource;
  readonly area: Bounds;
}

/** Draws the picture itself: from halves of halves of it, or from the server's tiles. */
export class MediaPainter {
  readonly #context: PaintContext;
  readonly #makeCanvas: (width: number, height: number) => OffscreenCanvas | HTMLCanvasElement;
  readonly #tellStale: () => void;
  #levels: CanvasImageSource[] = [];
  #tiles: TileCache | null = null;
  #frame = { width: 1, height: 1 };

  constructor(
    context: PaintContext,
    makeCanvas: (width: number, height: number) => OffscreenCanvas | HTMLCanvasElement,
    tellStale: () => void,
  ) {
    this.#context = context;
    this.#makeCanvas = makeCanvas;
    this.#tellStale = tellStale;
  }

  apply(message: MediaMessage): void {
    this.close();
    this.#frame = { width: message.width, height: message.height };
    if (message.kind === "image") this.#levels = [message.image];
    else this.#tiles = new TileCache(message.source, this.#frame, this.#tellStale);
  }

  /** Bring the canvas to a view. `complete` is false while tiles are on their way. */
  paint(view: PaintView): { readonly something: boolean; readonly complete: boolean } {
    const context = this.#context;
    if (context.canvas.width !== view.width) context.canvas.width = view.width;
    if (context.canvas.height !== view.height) context.canvas.height = view.height;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, view.width, view.height);
    const whole = { left: 0, top: 0, right: this.#frame.width, bottom: this.#frame.height };
    const seen = shared(seenIn(view), whole);
    if (seen === null) return { something: false, complete: true };
    context.imageSmoothingEnabled = view.scale < SQUARES_FROM;
    context.imageSmoothingQuality = "medium";
    const { pieces, complete } = this.#pieces(view, seen, whole);
    for (const piece of pieces) this.#draw(view, piece);
    return { something: pieces.length > 0, complete };
  }

  close(): void {
    for (const level of this.#levels) if (level instanceof ImageBitmap) level.close();
    this.#levels = [];
    this.#tiles?.close();
    this.#tiles = null;
  }

  #pieces(
    view: PaintView,
    seen: Bounds,
    whole: Bounds,
  ): { readonly pieces: readonly Piece[]; readonly complete: boolean } {
    if (this.#tiles !== null) return this.#tiles.pieces(seen, view.scale);
    const image = this.#level(view.scale);
    return { pieces: image === null ? [] : [{ image, area: whole }], complete: true };
  }

  /** The smallest level that still has a pixel for each device pixel. */
  #level(scale: number): CanvasImageSource | null {
    const [original] = this.#levels;
    if (original === undefined) return null;
    const longest = Math.max(this.#frame.width, this.#frame.height);
    const deepest = Math.max(0, Math.ceil(Math.log2(longest / SMALLEST_LEVEL)));
    const wanted = Math.max(0, Math.min(deepest, Math.floor(-Math.log2(scale))));
    while (this.#levels.length <= wanted) this.#levels.push(this.#half(this.#levels.length));
    return this.#levels[wanted] ?? original;
  }

  #half(level: number): CanvasImageSource {
    const width = Math.max(1, Math.round(this.#frame.width / 2 ** level));
    const height = Math.max(1, Math.round(this.#frame.height / 2 ** level));
    const canvas = this.#makeCanvas(width, height);
    const context = canvas.getContext("2d") as PaintContext;
    context.imageSmoothingQuality = "medium";
    context.drawImage(this.#levels[level - 1] as CanvasImageSource, 0, 0, width, height);
    return canvas;
  }

  #draw(view: PaintView, { image, area }: Piece): void {
    const x = (area.left - view.left) * view.scale;
    const y = (area.top - view.top) * view.scale;
    const width = (area.right - area.left) * view.scale;
    const height = (area.bottom - area.top) * view.scale;
    this.#context.drawImage(image, x, y, width, height);
  }
}
