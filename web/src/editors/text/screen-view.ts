import type { OverlayPainter } from "@/editors/text/overlay-painter";
import { caretRectangle, offsetAt } from "@/editors/text/positions";
import type { TextSession, TextView } from "@/editors/text/text-session";

/** What the session asks of the screen, by the elements that show it. */
export function screenView(
  session: TextSession,
  scroller: HTMLElement,
  painter: OverlayPainter,
  line: number,
  goTo: (chunk: number) => void,
): TextView {
  const rectangle = (offset: number) => caretRectangle(session, scroller, offset);
  /** Where the caret was before the first of several steps up or down. */
  let column: { offset: number; x: number } | null = null;

  const show = (offset: number) => {
    const box = painter.isMounted(offset) ? rectangle(offset) : null;
    const view = scroller.getBoundingClientRect();
    if (box === null) {
      goTo(session.chunks.indexAt(offset));
    } else if (box.top < view.top + line / 2) {
      scroller.scrollTop -= view.top - box.top + line * 2;
    } else if (box.bottom > view.bottom - line / 2) {
      scroller.scrollTop += box.bottom - view.bottom + line * 2;
    }
    painter.request();
  };

  return {
    show,
    lineFrom(offset, lines) {
      const box = rectangle(offset);
      if (box === null) return null;
      const x = column?.offset === offset ? column.x : box.left;
      const y = box.top + box.height / 2 + lines * line;
      const found = offsetAt(session, scroller, x, y);
      if (found === null || found === offset) return null;
      column = { offset: found, x };
      return found;
    },
    lineEdge(offset, edge) {
      const box = rectangle(offset);
      if (box === null) return offset;
      const view = scroller.getBoundingClientRect();
      const x = edge === "start" ? view.left : view.right;
      return offsetAt(session, scroller, x, box.top + box.height / 2) ?? offset;
    },
    linesPerPage: () => Math.max(1, Math.floor(scroller.clientHeight / line) - 1),
    flash: (id) => painter.flash(id),
  };
}
