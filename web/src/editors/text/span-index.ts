import type { Entry, EntryId } from "@/editor-core/changes";
import type { TextChunks } from "@/editors/text/chunks";
import type { CodePointIndex } from "@/editors/text/code-points";

/** A span as it is drawn: UTF-16 offsets. */
export interface PlacedSpan {
  readonly id: EntryId;
  readonly pointer: string;
  readonly class: string;
  readonly start: number;
  readonly end: number;
}

const NONE: readonly PlacedSpan[] = [];

/**
 * The spans of a text by the chunks they touch, kept as they change: a change costs what its own chunks cost,
 * however many spans the text has.
 */
export class SpanIndex {
  readonly #offsets: CodePointIndex;
  readonly #chunks: TextChunks;
  readonly #spans = new Map<EntryId, PlacedSpan>();
  readonly #byChunk = new Map<number, Map<EntryId, PlacedSpan>>();
  readonly #sorted = new Map<number, readonly PlacedSpan[]>();
  readonly #listeners = new Map<number, Set<() => void>>();

  constructor(offsets: CodePointIndex, chunks: TextChunks) {
    this.#offsets = offsets;
    this.#chunks = chunks;
  }

  get size(): number {
    return this.#spans.size;
  }

  get(id: EntryId): PlacedSpan | undefined {
    return this.#spans.get(id);
  }

  all(): IterableIterator<PlacedSpan> {
    return this.#spans.values();
  }

  /** Spans that touch a chunk, by start, longer ones first. The same list until one of them changes. */
  inChunk(index: number): readonly PlacedSpan[] {
    const known = this.#sorted.get(index);
    if (known !== undefined) return known;
    const spans = this.#byChunk.get(index);
    if (spans === undefined || spans.size === 0) return NONE;
    const sorted = [...spans.values()].sort(inReadingOrder);
    this.#sorted.set(index, sorted);
    return sorted;
  }

  /** Spans around an offset, smallest first. */
  around(offset: number): PlacedSpan[] {
    return this.inChunk(this.#chunks.indexAt(offset))
      .filter((span) => span.start <= offset && offset < span.end)
      .sort((a, b) => a.end - a.start - (b.end - b.start) || inReadingOrder(a, b));
  }

  /** The span after (or before) a place in reading order; null behind the last one. */
  next(from: PlacedSpan | number, step: 1 | -1): PlacedSpan | null {
    const start = typeof from === "number" ? from : from.start;
    for (let index = this.#chunks.indexAt(start); index >= 0 && index < this.#chunks.count; index += step) {
      const chunk = this.#chunks.at(index);
      // A span is counted in the chunk it starts in, so that none is met twice.
      const own = this.inChunk(index).filter((span) => span.start >= chunk.start);
      const found =
        step > 0
          ? own.find((span) => isBehind(span, from))
          : own.findLast(
              (span) => !isBehind(span, from) && (typeof from === "number" || span.id !== from.id),
            );
      if (found !== undefined) return found;
    }
    return null;
  }

  /** Take up what an entry has become; undefined when it is gone. Answers whether a span is different. */
  set(id: EntryId, entry: Entry | undefined, pointer: string): boolean {
    const before = this.#spans.get(id);
    const after = entry === undefined ? undefined : this.#place(entry, pointer);
    if (before === undefined && after === undefined) return false;
    const touched = new Set<number>();
    if (before !== undefined) this.#remove(before, touched);
    if (after !== undefined) this.#add(after, touched);
    for (const index of touched) this.#sorted.delete(index);
    for (const index of touched) for (const listener of this.#listeners.get(index) ?? []) listener();
    return true;
  }

  /** Hear of changes to the spans of one chunk. */
  subscribe(chunk: number, listener: () => void): () => void {
    const listeners = this.#listeners.get(chunk) ?? new Set();
    this.#listeners.set(chunk, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#listeners.get(chunk) === listeners) this.#listeners.delete(chunk);
    };
  }

  #place(entry: Entry, pointer: string): PlacedSpan | undefined {
    const region = entry.value as { class?: unknown; geometry?: { start?: unknown; end?: unknown } } | null;
    const start = region?.geometry?.start;
    const end = region?.geometry?.end;
    if (typeof start !== "number" || typeof end !== "number" || typeof region?.class !== "string") {
      return undefined;
    }
    return {
      id: entry.id,
      pointer,
      class: region.class,
      start: this.#offsets.toUtf16(start),
      end: this.#offsets.toUtf16(end),
    };
  }

  #add(span: PlacedSpan, touched: Set<number>): void {
    this.#spans.set(span.id, span);
    for (const index of this.#touchedBy(span)) {
      const spans = this.#byChunk.get(index) ?? new Map<EntryId, PlacedSpan>();
      this.#byChunk.set(index, spans.set(span.id, span));
      touched.add(index);
    }
  }

  #remove(span: PlacedSpan, touched: Set<number>): void {
    this.#spans.delete(span.id);
    for (const index of this.#touchedBy(span)) {
      this.#byChunk.get(index)?.delete(span.id);
      touched.add(index);
    }
  }

  *#touchedBy(span: PlacedSpan): Generator<number> {
    const last = this.#chunks.indexAt(Math.max(span.start, span.end - 1));
    for (let index = this.#chunks.indexAt(span.start); index <= last; index += 1) yield index;
  }
}

function inReadingOrder(a: PlacedSpan, b: PlacedSpan): number {
  return a.start - b.start || b.end - a.end || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

function isBehind(span: PlacedSpan, from: PlacedSpan | number): boolean {
  return typeof from === "number" ? span.start >= from : inReadingOrder(span, from) > 0;
}
