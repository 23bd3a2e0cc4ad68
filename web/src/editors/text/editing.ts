import { type EntryId, pointerOf } from "@/editor-core/changes";
import { declaredClass, type PlacedRegions, removeEntries } from "@/editors/regions/actions";
import { activateClass } from "@/editors/regions/class-picking";
import {
  type Extent,
  nextCharacter,
  nextWord,
  previousCharacter,
  previousWord,
  wordAt,
} from "@/editors/text/boundaries";
import {
  addSpan,
  extentOf,
  markEveryOccurrence,
  meant,
  moveSpan,
  type Refusal,
  refusal,
  spanGeometry,
} from "@/editors/text/span-actions";
import type { PlacedSpan } from "@/editors/text/span-index";
import type { TextSession } from "@/editors/text/text-session";
import type { OptionDeclaration } from "@/interface/declaration";

/** What to say: a key of the texts with its values; `option` is named in the person's language as `name`. */
export interface Said {
  readonly key: string;
  readonly values?: Readonly<Record<string, string | number>>;
  readonly option?: OptionDeclaration | undefined;
}

/** Make a span of what is selected in the text. Answers why not, or what was made. */
export function makeSpan(
  session: TextSession,
  placed: PlacedRegions,
  className: string,
  snap: boolean,
): Said {
  const extent = meant(session.text, session.selection, snap);
  const geometry = spanGeometry(session.offsets, extent);
  const refused = refusal(session.task.document, placed, geometry, className);
  if (refused !== null) return refusedBecause(refused);
  const id = addSpan(session.task.document, placed, geometry, className);
  activateClass(session.task.selection, placed, className);
  session.select([id]);
  session.state.setState({ anchor: extent.end, focus: extent.end });
  const option = declaredClass(placed.field, className);
  return { key: "said.added", values: { quote: shortened(String(geometry.quote)) }, option };
}

/** A class was picked while words are selected: they become a span. Null leaves the class to the regions. */
export function markSelection(session: TextSession, placed: PlacedRegions, className: string): Said | null {
  const { start, end } = session.selection;
  if (end <= start || session.task.readOnly) return null;
  return makeSpan(session, placed, className, session.state.getState().snap);
}

/** Move one end of the selected span by a word (a character without snapping). */
export function resizeSelected(session: TextSession, end: "start" | "end", direction: 1 | -1): Said | null {
  const id = session.selectedSpans[0];
  const placed = id === undefined ? undefined : session.regionsAt(pointerOf(id));
  const region = id === undefined ? undefined : session.task.document.region(id);
  const before = extentOf(session.offsets, region);
  if (id === undefined || placed === undefined || region === undefined || before === null) return null;
  const moved = movedEnd(session, before[end], end, direction);
  const extent = { ...before, [end]: moved };
  const geometry = spanGeometry(session.offsets, extent);
  const refused = refusal(session.task.document, placed, geometry, region.class, id);
  if (refused !== null) return refusedBecause(refused);
  moveSpan(session.task.document, id, geometry, `resize ${id} ${end}`);
  session.state.setState({ anchor: extent.end, focus: extent.end });
  session.view?.show(moved);
  return { key: "said.resized", values: { quote: shortened(String(geometry.quote)) } };
}

function movedEnd(session: TextSession, from: number, end: "start" | "end", direction: 1 | -1): number {
  const { text } = session;
  if (!session.state.getState().snap) {
    return direction > 0 ? nextCharacter(text, from) : previousCharacter(text, from);
  }
  // An end goes to the ends of words, a start to their starts.
  if (end === "end") {
    return direction > 0
      ? nextWord(text, from)
      : wordAt(text, previousWord(text, previousWord(text, from))).end;
  }
  return direction < 0 ? previousWord(text, from) : wordAt(text, nextWord(text, nextWord(text, from))).start;
}

export function deleteSelected(session: TextSession): Said | null {
  const pointers = new Set(session.relations.map(({ pointer }) => pointer));
  const { selected } = session.task.selection.getState();
  const ids = selected.filter((id) => session.spans.get(id) !== undefined || pointers.has(pointerOf(id)));
  if (ids.length === 0) return null;
  const caret = session.spans.get(ids[0] as EntryId)?.start;
  removeEntries(session.task.document, session.relations, ids);
  session.select([]);
  if (caret !== undefined) session.state.setState({ anchor: caret, focus: caret });
  return { key: "said.deleted", values: { count: ids.length } };
}

/** Mark every occurrence of the selected words, or of the selected span's quote with its class. */
export function markAll(session: TextSession): Said | null {
  const span = session.spans.get(session.selectedSpans[0] ?? "");
  const extent: Extent = span ?? meant(session.text, session.selection, session.state.getState().snap);
  const placed = span === undefined ? session.activeRegions : session.regionsAt(span.pointer);
  if (placed === undefined || extent.end <= extent.start) return null;
  const className = span?.class ?? session.activeClass(placed);
  const quote = session.text.slice(extent.start, extent.end);
  const added = markEveryOccurrence(session.task.document, placed, session.offsets, quote, className);
  if (added.length > 0) session.select(added);
  return { key: "said.everywhere", values: { count: added.length, quote: shortened(quote) } };
}

/** Select the next span in reading order, from the selected one or the caret. False at either end. */
export function goToNextSpan(session: TextSession, direction: 1 | -1): boolean {
  const selected = session.spans.get(session.selectedSpans.at(-1) ?? "");
  const next = session.spans.next(selected ?? session.state.getState().focus, direction);
  if (next === null) return false;
  session.goTo(next.id);
  return true;
}

/** The span that a click at an offset means: the smallest there, and with each further click the next. */
export function clicked(session: TextSession, offset: number): PlacedSpan | null {
  const here = session.spans.around(offset);
  const selected = session.selectedSpans;
  const current = here.findIndex((span) => selected.length === 1 && span.id === selected[0]);
  return here[(current + 1) % Math.max(1, here.length)] ?? null;
}

function refusedBecause(refused: Refusal): Said {
  return { key: `said.refused.${refused}` };
}

export function shortened(quote: string, most = 40): string {
  const line = quote.replace(/\s+/gu, " ");
  return line.length <= most ? line : `${[...line].slice(0, most - 1).join("")}…`;
}
