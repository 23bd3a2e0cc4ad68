import { channels } from "@/editors/colors";
import type { Bitmap } from "@/editors/image/contract";
import type { PaintView } from "./protocol";

/** How the pixels of one mask are put on those below. */
export interface MaskInk {
  /** "#rrggbb" */
  readonly color: string;
  /** 0 to 1 inside; the edge is drawn opaque. */
  readonly opacity: number;
}

/**
 * Blend one mask into a view's pixels (RGBA, not premultiplied). Each device pixel asks the mask once, so
 * the cost is that of the mask's place on the screen, however many pixels the mask has itself.
 */
export function blendMask(target: Uint8ClampedArray, view: PaintView, mask: Bitmap, ink: MaskInk): void {
  const [red, green, blue] = channels(ink.color);
  const fill = Math.round(ink.opacity * 255);
  const columns = places(view.left, view.scale, view.width, mask.left, mask.width);
  const rows = places(view.top, view.scale, view.height, mask.top, mask.height);
  const { pixels, width } = mask;
  for (let y = rows.first; y < rows.end; y += 1) {
    const place = y - rows.first + 1;
    const row = (rows.source[place] as number) * width;
    const above = rows.source[place - 1] as number;
    const below = rows.source[place + 1] as number;
    for (let x = columns.first; x < columns.end; x += 1) {
      const column = columns.source[x - columns.first + 1] as number;
      if (row < 0 || column < 0 || pixels[row + column] === 0) continue;
      const left = columns.source[x - columns.first] as number;
      const right = columns.source[x - columns.first + 2] as number;
      const edge =
        above < 0 ||
        below < 0 ||
        left < 0 ||
        right < 0 ||
        pixels[above * width + column] === 0 ||
        pixels[below * width + column] === 0 ||
        pixels[row + left] === 0 ||
        pixels[row + right] === 0;
      blend(target, 4 * (y * view.width + x), red, green, blue, edge ? 255 : fill);
    }
  }
}

interface Places {
  /** Device pixels from `first` up to `end`. */
  readonly first: number;
  readonly end: number;
  /** The mask's pixel for each, and for one more on either side; -1 outside the mask. */
  readonly source: Int32Array;
}

/** Which pixel of the mask lies under the middle of each device pixel, along one side. */
function places(origin: number, scale: number, size: number, start: number, length: number): Places {
  const first = Math.max(0, Math.ceil((start - origin) * scale - 0.5));
  const end = Math.max(first, Math.min(size, Math.ceil((start + length - origin) * scale - 0.5)));
  const source = new Int32Array(end - first + 2);
  for (let index = 0; index < source.length; index += 1) {
    const pixel = Math.floor(origin + (first + index - 0.5) / scale) - start;
    source[index] = pixel < 0 || pixel >= length ? -1 : pixel;
  }
  return { first, end, source };
}

function blend(
  target: Uint8ClampedArray,
  offset: number,
  red: number,
  green: number,
  blue: number,
  alpha: number,
): void {
  const below = target[offset + 3] as number;
  const rest = (below * (255 - alpha)) / 255;
  const total = alpha + rest;
  target[offset] = (red * alpha + (target[offset] as number) * rest) / total;
  target[offset + 1] = (green * alpha + (target[offset + 1] as number) * rest) / total;
  target[offset + 2] = (blue * alpha + (target[offset + 2] as number) * rest) / total;
  target[offset + 3] = total;
}
