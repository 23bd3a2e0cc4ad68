import {
  nextCharacter,
  nextSentence,
  nextWord,
  previousCharacter,
  previousSentence,
  previousWord,
} from "@/editors/text/boundaries";
import type { TextSession } from "@/editors/text/text-session";

export type CaretStep = "character" | "word" | "sentence" | "line" | "page" | "lineEdge" | "text";

/** Where the caret comes to by one step from an offset. `direction` -1 is towards the start of the text. */
export function stepped(session: TextSession, offset: number, step: CaretStep, direction: 1 | -1): number {
  const { text, view } = session;
  const forward = direction > 0;
  switch (step) {
    case "character":
      return forward ? nextCharacter(text, offset) : previousCharacter(text, offset);
    case "word":
      return forward ? nextWord(text, offset) : previousWord(text, offset);
    case "sentence":
      return forward ? nextSentence(text, offset) : previousSentence(text, offset);
    case "line":
      return view?.lineFrom(offset, direction) ?? neighbourChunk(session, offset, direction);
    case "page":
      return (
        view?.lineFrom(offset, direction * view.linesPerPage()) ?? neighbourChunk(session, offset, direction)
      );
    case "lineEdge":
      return view?.lineEdge(offset, forward ? "end" : "start") ?? offset;
    case "text":
      return forward ? text.length : 0;
  }
}

/** Start of the paragraph above or below: where the screen does not say where the next line is. */
function neighbourChunk(session: TextSession, offset: number, direction: 1 | -1): number {
  const index = session.chunks.indexAt(offset) + direction;
  if (index < 0) return 0;
  return index >= session.chunks.count ? session.text.length : session.chunks.at(index).start;
}

/** Move the caret; `extend` keeps where the selection began. Spans are not selected any more. */
export function moveCaret(session: TextSession, step: CaretStep, direction: 1 | -1, extend: boolean): void {
  const { focus } = session.state.getState();
  const from = session.selectedSpans[0];
  const span = from === undefined ? undefined : session.spans.get(from);
  if (span !== undefined) session.select([]);
  const start = span === undefined ? focus : direction > 0 ? span.end : span.start;
  const { start: left, end: right } = session.selection;
  const collapses = !extend && step === "character" && span === undefined && left < right;
  const to = collapses ? (direction > 0 ? right : left) : stepped(session, start, step, direction);
  setCaret(session, to, extend ? (span === undefined ? undefined : start) : to);
}

/** Put the caret somewhere and show it; without `anchor` what is selected grows or shrinks. */
export function setCaret(session: TextSession, focus: number, anchor?: number): void {
  session.state.setState((state) => ({ focus, anchor: anchor ?? state.anchor }));
  session.view?.show(focus);
}
