/** Where offsets of the text are on the screen, and the other way round. */
import type { TextSession } from "@/editors/text/text-session";

const BESIDE = 4;

/** The element that shows a chunk, when it is on the screen. */
export function chunkElement(scroller: HTMLElement, index: number): HTMLElement | null {
  return scroller.querySelector<HTMLElement>(`[data-chunk="${index}"]`);
}

/** The text node and the place in it that show an offset of a chunk; null for an empty paragraph. */
export function nodeAt(chunk: HTMLElement, offset: number): { node: Text; offset: number } | null {
  const pieces = chunk.children;
  let low = 0;
  let high = pieces.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (startOf(pieces[middle] as HTMLElement) <= offset) low = middle;
    else high = middle - 1;
  }
  const piece = pieces[low] as HTMLElement | undefined;
  const node = piece?.firstChild;
  if (piece === undefined || !(node instanceof Text)) return null;
  return { node, offset: Math.min(node.length, Math.max(0, offset - startOf(piece))) };
}

function startOf(piece: HTMLElement): number {
  return Number(piece.dataset.start);
}

/** Where the caret stands at an offset; null when its chunk is not on the screen. */
export function caretRectangle(session: TextSession, scroller: HTMLElement, offset: number): DOMRect | null {
  const chunk = chunkElement(scroller, session.chunks.indexAt(offset));
  if (chunk === null) return null;
  const place = nodeAt(chunk, offset);
  if (place === null) {
    const box = chunk.getBoundingClientRect();
    return new DOMRect(box.left, box.top, 1, box.height);
  }
  const range = document.createRange();
  range.setStart(place.node, place.offset);
  range.collapse(true);
  const found = range.getBoundingClientRect();
  if (found.height > 0) return found;
  const piece = place.node.parentElement?.getBoundingClientRect();
  return piece === undefined ? null : new DOMRect(piece.left, piece.top, 1, piece.height);
}

/** The offset nearest to a point of the window; null when no line is there. */
export function offsetAt(session: TextSession, scroller: HTMLElement, x: number, y: number): number | null {
  const chunk = chunkAt(scroller, y);
  if (chunk === null) return null;
  const box = chunk.getBoundingClientRect();
  const inside = {
    x: Math.min(box.right - BESIDE, Math.max(box.left + BESIDE, x)),
    y: Math.min(box.bottom - 2, Math.max(box.top + 2, y)),
  };
  const found = placeFromPoint(inside.x, inside.y);
  const piece = found?.node.parentElement?.closest<HTMLElement>("[data-start]");
  if (found !== null && piece != null && chunk.contains(piece)) return startOf(piece) + found.offset;
  const { start } = session.chunks.at(Number(chunk.dataset.chunk));
  return start;
}

function placeFromPoint(x: number, y: number): { node: Node; offset: number } | null {
  if (typeof document.caretPositionFromPoint === "function") {
    const position = document.caretPositionFromPoint(x, y);
    return position?.offsetNode instanceof Text
      ? { node: position.offsetNode, offset: position.offset }
      : null;
  }
  const range = document.caretRangeFromPoint(x, y);
  return range?.startContainer instanceof Text
    ? { node: range.startContainer, offset: range.startOffset }
    : null;
}

function chunkAt(scroller: HTMLElement, y: number): HTMLElement | null {
  let nearest: HTMLElement | null = null;
  let distance = Number.POSITIVE_INFINITY;
  for (const chunk of scroller.querySelectorAll<HTMLElement>("[data-chunk]")) {
    const box = chunk.getBoundingClientRect();
    const away = y < box.top ? box.top - y : y > box.bottom ? y - box.bottom : 0;
    if (away < distance) {
      distance = away;
      nearest = chunk;
    }
  }
  return nearest;
}
