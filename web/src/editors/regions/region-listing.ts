import { type ChangeSet, type Entry, type EntryId, pointerOf, steps } from "@/editor-core/changes";
import type { AnswerDocument } from "@/editor-core/document";
import type { Region } from "@/interface/answer";

type Counts = ReadonlyMap<string, number>;

/**
 * Which regions a field has, in the order they are listed (spans as they are read, others lowest first), and
 * how many of each class. Both stay the same object until they are different: a drag changes neither.
 */
export class RegionListing {
  readonly #document: AnswerDocument;
  readonly #pointer: string;
  readonly #listeners = new Set<() => void>();
  #ids: readonly EntryId[];
  #counts: Counts;
  #stop: (() => void) | null = null;

  constructor(document: AnswerDocument, pointer: string) {
    this.#document = document;
    this.#pointer = pointer;
    this.#ids = this.#order();
    this.#counts = this.#count();
  }

  get ids(): readonly EntryId[] {
    return this.#ids;
  }
  get counts(): Counts {
    return this.#counts;
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    if (this.#stop === null) {
      this.#stop = this.#document.subscribe((change) => this.#follow(change));
      this.#refresh();
    }
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      this.#stop?.();
      this.#stop = null;
    };
  };

  /** What may have been missed while nobody listened. */
  #refresh(): void {
    const ids = this.#order();
    if (ids.length !== this.#ids.length || ids.some((id, place) => id !== this.#ids[place])) this.#ids = ids;
    const counts = this.#count();
    const isSame = counts.size === this.#counts.size;
    if (!isSame || [...counts].some(([name, count]) => this.#counts.get(name) !== count))
      this.#counts = counts;
  }

  #follow(change: ChangeSet): void {
    const counts = new Map(this.#counts);
    let isOrdered = true;
    let isCounted = true;
    for (const [id, was, is] of steps(change)) {
      if (pointerOf(id) !== this.#pointer || id === this.#pointer) continue;
      if (was === undefined || is === undefined || placeOf(was) !== placeOf(is)) isOrdered = false;
      const [before, after] = [classOf(was), classOf(is)];
      if (before === after) continue;
      isCounted = false;
      if (before !== undefined) add(counts, before, -1);
      if (after !== undefined) add(counts, after, 1);
    }
    if (!isOrdered) this.#ids = this.#order();
    if (!isCounted) this.#counts = counts;
    if (!isOrdered || !isCounted) for (const listener of this.#listeners) listener();
  }

  #order(): readonly EntryId[] {
    const entries = this.#document.under(this.#pointer);
    const isText = entries[0] !== undefined && startOf(entries[0]) !== undefined;
    const sorted = isText ? [...entries].sort((a, b) => (startOf(a) ?? 0) - (startOf(b) ?? 0)) : entries;
    return sorted.map(({ id }) => id);
  }

  #count(): Counts {
    const counts = new Map<string, number>();
    for (const entry of this.#document.under(this.#pointer)) add(counts, classOf(entry) ?? "", 1);
    return counts;
  }
}

/** Where an entry stands among others of its kind; compared, not sorted by. */
function placeOf(entry: Entry): number {
  return startOf(entry) ?? entry.order;
}

function startOf(entry: Entry): number | undefined {
  const { geometry } = entry.value as unknown as Region;
  return geometry.type === "span" && typeof geometry.start === "number" ? geometry.start : undefined;
}

function classOf(entry: Entry | undefined): string | undefined {
  return entry === undefined ? undefined : (entry.value as unknown as Region).class;
}

function add(counts: Map<string, number>, name: string, by: number): void {
  const count = (counts.get(name) ?? 0) + by;
  if (count === 0) counts.delete(name);
  else counts.set(name, count);
}
