import { type Extent, sentenceAt, wordAt } from "@/editors/text/boundaries";
import { clicked } from "@/editors/text/editing";
import { canBeTarget, chooseTarget } from "@/editors/text/linking";
import { offsetAt } from "@/editors/text/positions";
import { meant } from "@/editors/text/span-actions";
import type { TextSession } from "@/editors/text/text-session";

/** Within so many pixels of the upper or lower edge a drag scrolls. */
const EDGE = 24;

/**
 * Select text and spans by pointer until the answer is called: a drag selects (whole words unless Alt is
 * held), a double click a word, a triple click a sentence, a click the smallest span there.
 */
export function followPointer(session: TextSession, scroller: HTMLElement): () => void {
  let from: Extent | null = null;
  let moved = false;
  let last = { x: 0, y: 0 };
  let timer = 0;

  const place = () => offsetAt(session, scroller, last.x, last.y);
  const extendTo = () => {
    const offset = place();
    if (from === null || offset === null) return;
    const backwards = offset < from.start;
    session.state.setState({
      anchor: backwards ? from.end : from.start,
      focus: backwards ? offset : Math.max(offset, from.end),
    });
  };
  const scrollAtEdge = () => {
    timer = 0;
    if (from === null) return;
    const box = scroller.getBoundingClientRect();
    const by = last.y < box.top + EDGE ? last.y - box.top - EDGE : last.y - box.bottom + EDGE;
    if (last.y >= box.top + EDGE && last.y <= box.bottom - EDGE) return;
    scroller.scrollTop += by / 2;
    extendTo();
    timer = requestAnimationFrame(scrollAtEdge);
  };

  const down = (event: PointerEvent) => {
    if (event.button !== 0 || event.pointerType === "touch" || isOnScrollbar(scroller, event)) return;
    last = { x: event.clientX, y: event.clientY };
    const offset = place();
    if (offset === null) return;
    moved = false;
    if (event.shiftKey) {
      const { anchor } = session.state.getState();
      from = { start: anchor, end: anchor };
      moved = true;
      extendTo();
    } else {
      from = { start: offset, end: offset };
      session.state.setState({ anchor: offset, focus: offset });
    }
    scroller.setPointerCapture(event.pointerId);
  };
  const move = (event: PointerEvent) => {
    if (from === null) return;
    if (!moved && Math.hypot(event.clientX - last.x, event.clientY - last.y) < 3) return;
    moved = true;
    last = { x: event.clientX, y: event.clientY };
    extendTo();
    timer ||= requestAnimationFrame(scrollAtEdge);
  };
  const up = (event: PointerEvent) => {
    if (from === null) return;
    from = null;
    const { start, end } = session.selection;
    if (moved && end > start) {
      const exact = event.altKey || !session.state.getState().snap;
      const extent = meant(session.text, { start, end }, !exact);
      session.select([]);
      session.state.setState({ anchor: extent.start, focus: extent.end });
    } else if (event.type === "pointerup") {
      click(session, session.state.getState().focus, event.shiftKey);
    }
  };
  // The browser's own selection would lose its nodes as paragraphs come and go.
  const mouseDown = (event: MouseEvent) => {
    if (event.button !== 0 || isOnScrollbar(scroller, event)) return;
    event.preventDefault();
    scroller.focus({ preventScroll: true });
    if (event.detail < 2) return;
    const offset = offsetAt(session, scroller, event.clientX, event.clientY);
    if (offset === null) return;
    const extent = event.detail === 2 ? wordAt(session.text, offset) : sentenceAt(session.text, offset);
    from = null;
    session.select([]);
    session.state.setState({ anchor: extent.start, focus: extent.end });
  };
  const focused = (event: FocusEvent) => session.state.setState({ focused: event.type === "focus" });
  const copy = (event: ClipboardEvent) => {
    const { start, end } = session.selection;
    if (start === end) return;
    event.clipboardData?.setData("text/plain", session.text.slice(start, end));
    event.preventDefault();
  };

  const stop = new AbortController();
  const options = { signal: stop.signal };
  scroller.addEventListener("pointerdown", down, options);
  scroller.addEventListener("pointermove", move, options);
  scroller.addEventListener("pointerup", up, options);
  scroller.addEventListener("pointercancel", up, options);
  scroller.addEventListener("mousedown", mouseDown, options);
  scroller.addEventListener("focus", focused, options);
  scroller.addEventListener("blur", focused, options);
  scroller.addEventListener("copy", copy, options);
  return () => {
    stop.abort();
    cancelAnimationFrame(timer);
  };
}

function click(session: TextSession, offset: number, extend: boolean): void {
  const { draft } = session.state.getState();
  if (draft !== null) {
    const target = session.spans.around(offset).find((span) => canBeTarget(session, span.id));
    if (target !== undefined) chooseTarget(session, target.id);
    return;
  }
  const span = clicked(session, offset);
  if (extend && span !== null) session.select([...session.selectedSpans, span.id]);
  else session.select(span === null ? [] : [span.id]);
}

function isOnScrollbar(scroller: HTMLElement, event: MouseEvent): boolean {
  return event.clientX > scroller.getBoundingClientRect().left + scroller.clientWidth;
}
