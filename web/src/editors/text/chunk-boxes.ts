import { cutAt } from "@/editors/text/cuts";
import { nodeAt } from "@/editors/text/positions";
import type { PlacedSpan } from "@/editors/text/span-index";
import type { TextSession } from "@/editors/text/text-session";

/** Where the beginning of a span is, relative to its chunk's element. CSS pixels. */
export interface SpanBox {
  readonly span: PlacedSpan;
  /** Whether the span starts in this chunk, and so has its label here. */
  readonly starts: boolean;
  /** One box for each line that the span goes over. */
  readonly lines: readonly { readonly x: number; readonly y: number; readonly width: number }[];
  readonly height: number;
}

interface Measured {
  readonly spans: readonly PlacedSpan[];
  readonly width: number;
  readonly element: HTMLElement;
  readonly boxes: ReadonlyMap<string, SpanBox>;
}

/** Boxes of the spans of chunks on the screen, measured once for as long as a chunk stays as it is. */
export class ChunkBoxes {
  readonly #session: TextSession;
  readonly #measured = new Map<number, Measured>();

  constructor(session: TextSession) {
    this.#session = session;
  }

  of(element: HTMLElement): ReadonlyMap<string, SpanBox> {
    const index = Number(element.dataset.chunk);
    const spans = this.#session.spans.inChunk(index);
    const width = element.clientWidth;
    const known = this.#measured.get(index);
    if (known?.spans === spans && known.width === width && known.element === element) return known.boxes;
    const boxes = measure(this.#session, element, spans);
    this.#measured.set(index, { spans, width, element, boxes });
    return boxes;
  }

  /** Forget chunks that are no longer on the screen. */
  keep(shown: ReadonlySet<number>): void {
    for (const index of this.#measured.keys()) if (!shown.has(index)) this.#measured.delete(index);
  }

  /** Forget everything: the font or the theme is different. */
  clear(): void {
    this.#measured.clear();
  }
}

function measure(
  session: TextSession,
  element: HTMLElement,
  spans: readonly PlacedSpan[],
): ReadonlyMap<string, SpanBox> {
  const boxes = new Map<string, SpanBox>();
  if (spans.length === 0) return boxes;
  const chunk = session.chunks.at(Number(element.dataset.chunk));
  const origin = element.getBoundingClientRect();
  for (const span of spans) {
    const rectangles = rectanglesOf(element, Math.max(chunk.start, span.start), span.end);
    const lines = joined(rectangles, origin);
    const height = rectangles[0]?.height ?? 0;
    if (lines.length > 0) boxes.set(span.id, { span, starts: span.start >= chunk.start, lines, height });
  }
  return boxes;
}

/** Boxes of a part of a chunk on the screen. */
export function rectanglesOf(element: HTMLElement, start: number, end: number): DOMRect[] {
  const from = nodeAt(element, start);
  const until = nodeAt(element, end);
  if (from === null || until === null) return [];
  const range = document.createRange();
  range.setStart(from.node, from.offset);
  range.setEnd(until.node, until.offset);
  return [...range.getClientRects()].filter((each) => each.width > 0);
}

/** One box for each line; elements within the span have boxes of their own. */
function joined(rectangles: readonly DOMRect[], origin: DOMRect): { x: number; y: number; width: number }[] {
  const lines: { x: number; y: number; width: number }[] = [];
  for (const each of rectangles) {
    const x = each.left - origin.left;
    const y = each.top - origin.top;
    const line = lines.at(-1);
    if (line === undefined || Math.abs(line.y - y) > each.height / 2) lines.push({ x, y, width: each.width });
    else {
      const right = Math.max(line.x + line.width, x + each.width);
      line.x = Math.min(line.x, x);
      line.width = right - line.x;
    }
  }
  return lines;
}

/** Pieces of a chunk as its elements are made from them: what is shown of it, cut where spans begin or end. */
export function piecesOf(session: TextSession, index: number) {
  const chunk = session.chunks.at(index);
  return cutAt(chunk.start, session.chunks.shownEnd(chunk), session.spans.inChunk(index));
}
