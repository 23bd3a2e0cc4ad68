import type { Frame } from "@/editors/image/contract";
import { ActiveLayer } from "./active-layer";
import { PaintedLayer } from "./paint/painted-layer";
import type { TileSource } from "./paint/protocol";
import styles from "./stage.module.css";
import { Viewport } from "./viewport";

const PREVIEW_SIDE = 1600;

/** How the picture is shown; it changes nothing but the look. 1 is as it is. */
export interface Adjustment {
  readonly brightness: number;
  readonly contrast: number;
  readonly saturation: number;
  readonly inverted: boolean;
}

export const UNADJUSTED: Adjustment = { brightness: 1, contrast: 1, saturation: 1, inverted: false };

/**
 * The canvases on top of each other: a small copy of the picture that is there at once, the picture sharp,
 * the shapes, and what is active. It follows the size of its host.
 */
export class Stage {
  readonly host: HTMLElement;
  readonly viewport: Viewport;
  readonly shapes: PaintedLayer;
  readonly media: PaintedLayer;
  readonly active: ActiveLayer;
  readonly preview: HTMLCanvasElement;
  readonly #pictureBox: HTMLDivElement;
  readonly #observer: ResizeObserver;

  constructor(host: HTMLElement, frame: Frame, onPainted: () => void) {
    this.host = host;
    this.viewport = new Viewport(frame);
    this.media = new PaintedLayer("media", this.viewport, () => {
      this.#placePreview();
      onPainted();
    });
    this.shapes = new PaintedLayer("shapes", this.viewport, onPainted);
    this.active = new ActiveLayer(this.viewport);
    this.preview = document.createElement("canvas");
    this.preview.dataset.layer = "preview";
    this.#pictureBox = document.createElement("div");
    this.#pictureBox.className = styles.picture ?? "";
    this.#pictureBox.append(this.preview, this.media.element);
    for (const canvas of [this.preview, this.media.element, this.shapes.element, this.active.element]) {
      canvas.className = styles.layer ?? "";
      canvas.setAttribute("aria-hidden", "true");
    }
    host.append(this.#pictureBox, this.shapes.element, this.active.element);
    this.#observer = new ResizeObserver(() => this.#measure());
    this.#observer.observe(host);
    this.#measure();
  }

  /** Show the decoded picture at once, small; the sharp one follows from the painter. */
  async showPicture(image: ImageBitmap): Promise<void> {
    this.showPreview(image);
    // The painter has its own, which it may close; where pixels are shared this copies nothing.
    const own = await createImageBitmap(image);
    const { width, height } = this.viewport.frame;
    this.media.send({ kind: "image", image: own, width, height }, [own]);
  }

  /** Show the small copy, and what is seen from the server's tiles. */
  showTiles(preview: ImageBitmap, source: TileSource): void {
    this.showPreview(preview);
    const { width, height } = this.viewport.frame;
    this.media.send({ kind: "tiles", source, width, height });
  }

  showPreview(image: ImageBitmap): void {
    const share = Math.min(1, PREVIEW_SIDE / Math.max(image.width, image.height));
    this.preview.width = Math.max(1, Math.round(image.width * share));
    this.preview.height = Math.max(1, Math.round(image.height * share));
    this.preview.getContext("2d")?.drawImage(image, 0, 0, this.preview.width, this.preview.height);
    this.place();
  }

  adjust({ brightness, contrast, saturation, inverted }: Adjustment): void {
    const parts = [
      brightness === 1 ? "" : `brightness(${brightness})`,
      contrast === 1 ? "" : `contrast(${contrast})`,
      saturation === 1 ? "" : `saturate(${saturation})`,
      inverted ? "invert(1)" : "",
    ];
    this.#pictureBox.style.filter = parts.filter((part) => part !== "").join(" ") || "none";
  }

  /** Bring every layer to where the viewport wants it. */
  place(): void {
    this.media.place();
    this.shapes.place();
    this.#placePreview();
  }

  close(): void {
    this.#observer.disconnect();
    this.media.close();
    this.shapes.close();
    this.preview.width = 0;
    this.active.element.width = 0;
    this.#pictureBox.remove();
    this.active.element.remove();
  }

  #measure(): void {
    const { clientWidth, clientHeight } = this.host;
    this.viewport.resize(clientWidth, clientHeight, window.devicePixelRatio || 1);
    this.active.resize();
    this.place();
  }

  /** Under a transparent picture the small copy would show through: it is there only while it is needed. */
  #placePreview(): void {
    const { scale, x, y, frame } = this.viewport;
    this.preview.hidden = this.media.covered;
    if (this.media.covered || this.preview.width === 0) return;
    const across = (frame.width * scale) / this.preview.width;
    const down = (frame.height * scale) / this.preview.height;
    this.preview.style.transform = `translate(${x}px, ${y}px) scale(${across}, ${down})`;
  }
}
