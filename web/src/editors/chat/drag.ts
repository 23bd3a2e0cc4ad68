/** Dragging an entry of a ranking. Moves go to the elements themselves: React hears where it was put down. */
import type { Drop } from "@/editors/chat/ranking";

/** A pointer that moves less than this many pixels has clicked, not dragged. */
const LEAST_MOVE = 4;
/** Share of an entry's height, at its top and bottom, that means "before" and "after" rather than "level with". */
const EDGE = 0.3;

export interface DragOptions {
  /** The list; its entries are elements with `data-place`, the number of their place from 0. */
  readonly list: HTMLElement;
  readonly entry: HTMLElement;
  /** Whether it may be put down on another entry, to be level with it. */
  readonly canBeLevel: boolean;
  readonly onDrop: (drop: Drop) => void;
}

/** Follow a pointer that was pressed on an entry until it is let go, taken away, or Escape is pressed. */
export function followDrag(pressed: PointerEvent, options: DragOptions): void {
  const { list, entry } = options;
  const ended = new AbortController();
  const { signal } = ended;
  let drop: Drop | null = null;
  let isDragged = false;
  const end = () => {
    ended.abort();
    entry.style.removeProperty("translate");
    delete entry.dataset.dragged;
    clearMarks(list);
  };
  const onMove = (event: PointerEvent) => {
    const by = event.clientY - pressed.clientY;
    isDragged ||= Math.abs(by) >= LEAST_MOVE;
    if (event.pointerId !== pressed.pointerId || !isDragged) return;
    entry.dataset.dragged = "";
    entry.style.translate = `0 ${by}px`;
    drop = markedDrop(event.clientY, options);
  };
  const onUp = (event: PointerEvent) => {
    if (event.pointerId !== pressed.pointerId) return;
    end();
    if (drop !== null) options.onDrop(drop);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    end();
  };
  window.addEventListener("pointermove", onMove, { signal });
  window.addEventListener("pointerup", onUp, { signal });
  window.addEventListener("pointercancel", end, { signal });
  window.addEventListener("keydown", onKeyDown, { signal, capture: true });
}

/** Where the entry would be put down now; marked on the screen. */
function markedDrop(y: number, { list, entry, canBeLevel }: DragOptions): Drop | null {
  clearMarks(list);
  const others = [...list.querySelectorAll<HTMLElement>("[data-place]")].filter((each) => each !== entry);
  const near = others.find((each) => y <= each.getBoundingClientRect().bottom) ?? others.at(-1);
  if (near === undefined) return null;
  const { top, height } = near.getBoundingClientRect();
  const share = (y - top) / height;
  const place = Number(near.dataset.place);
  if (canBeLevel && share > EDGE && share < 1 - EDGE) {
    near.dataset.drop = "onto";
    return { kind: "onto", place };
  }
  near.dataset.drop = share < 0.5 ? "above" : "below";
  return { kind: "before", place: share < 0.5 ? place : place + 1 };
}

function clearMarks(list: HTMLElement): void {
  for (const marked of list.querySelectorAll<HTMLElement>("[data-drop]")) delete marked.dataset.drop;
}
