import { pointerOf, steps } from "@/editor-core/changes";
import type { AnswerOverlay } from "@/editor-core/task";
import { type PlacedSpan, SpanIndex } from "@/editors/text/span-index";
import type { TextSession } from "@/editors/text/text-session";

export interface OtherSpan {
  readonly span: PlacedSpan;
  readonly color: string;
  /** There is no span of the same class at the same place in the answer that is worked on. */
  readonly differs: boolean;
  /** Number of the answer it is from. */
  readonly row: number;
}

/** The spans of other answers to the same task, in review. */
export class OtherSpans {
  readonly #session: TextSession;
  readonly #layers: readonly { readonly overlay: AnswerOverlay; readonly spans: SpanIndex }[];
  readonly #unsubscribe: readonly (() => void)[];

  constructor(session: TextSession) {
    this.#session = session;
    const pointers = new Set(session.regions.map(({ pointer }) => pointer));
    this.#layers = session.task.overlays.map((overlay) => {
      const spans = new SpanIndex(session.offsets, session.chunks);
      for (const pointer of pointers) {
        for (const entry of overlay.document.under(pointer)) spans.set(entry.id, entry, pointer);
      }
      return { overlay, spans };
    });
    this.#unsubscribe = this.#layers.map(({ overlay, spans }) =>
      overlay.document.subscribe((change) => {
        for (const [id, , is] of steps(change)) {
          if (pointers.has(pointerOf(id))) spans.set(id, is, pointerOf(id));
        }
      }),
    );
  }

  in(chunk: number): OtherSpan[] {
    if (this.#layers.length === 0) return [];
    const own = new Set(this.#session.spans.inChunk(chunk).map(placeOf));
    return this.#layers.flatMap(({ overlay, spans }, row) =>
      spans
        .inChunk(chunk)
        .map((span) => ({ span, color: overlay.color, differs: !own.has(placeOf(span)), row })),
    );
  }

  close(): void {
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
  }
}

function placeOf(span: PlacedSpan): string {
  return `${span.pointer} ${span.class} ${span.start} ${span.end}`;
}
