import {
  type ChangeSet,
  difference,
  type Entry,
  type EntryId,
  entryId,
  inverse,
  isEmpty,
  merged,
  type Origin,
  pointerOf,
  steps,
} from "@/editor-core/changes";
import type { Region } from "@/interface/answer";
import type { Json } from "@/interface/declaration";

export type Listener = (change: ChangeSet) => void;
export type Unsubscribe = () => void;

/** What `change` hands to the function that makes the change: reads see what was written just before. */
export interface Edit {
  get(id: EntryId): Entry | undefined;
  /** Write one entry. A new one is put above the others of its field. */
  put(id: EntryId, value: Json): void;
  remove(id: EntryId): void;
  /** Move among the entries of its field: 0 is lowest. */
  reorder(id: EntryId, order: number): void;
}

export interface ChangeOptions {
  readonly origin?: Origin;
  /** Changes with the same gesture become one step of undo: a drag, a run of typing. */
  readonly gesture?: string;
  /** False: nothing to undo, such as a pre-label that is put in place. */
  readonly undoable?: boolean;
}

interface Step {
  readonly change: ChangeSet;
  readonly gesture: string | undefined;
}

/**
 * The answer of one task while it is worked on. Framework-free; every change is a ChangeSet, undo is
 * unlimited, and listeners hear the ChangeSet only: nothing is copied.
 */
export class AnswerDocument {
  readonly #entries = new Map<EntryId, Entry>();
  readonly #byPointer = new Map<string, Map<EntryId, Entry>>();
  readonly #listeners = new Set<Listener>();
  readonly #entryListeners = new Map<EntryId, Set<() => void>>();
  readonly #sorted = new Map<string, readonly Entry[]>();
  readonly #undo: Step[] = [];
  readonly #redo: Step[] = [];
  readonly #now: () => number;
  #revision = 0;

  constructor(entries: Iterable<Entry> = [], now: () => number = Date.now) {
    this.#now = now;
    for (const entry of entries) this.#set(entry);
  }

  /** Goes up with every change. */
  get revision(): number {
    return this.#revision;
  }
  get canUndo(): boolean {
    return this.#undo.length > 0;
  }
  get canRedo(): boolean {
    return this.#redo.length > 0;
  }

  get(id: EntryId): Entry | undefined {
    return this.#entries.get(id);
  }

  value(pointer: string): Json | undefined {
    return this.#entries.get(pointer)?.value;
  }

  entries(): IterableIterator<Entry> {
    return this.#entries.values();
  }

  /** The regions or relations of a field, lowest first. The same array until one of them changes. */
  under(pointer: string): readonly Entry[] {
    const known = this.#sorted.get(pointer);
    if (known !== undefined) return known;
    const sorted = [...(this.#byPointer.get(pointer)?.values() ?? [])].sort((a, b) => a.order - b.order);
    this.#sorted.set(pointer, sorted);
    return sorted;
  }

  region(id: EntryId): Region | undefined {
    return this.#entries.get(id)?.value as unknown as Region | undefined;
  }

  /** An id for a new region or relation of a field: small, and not in use. */
  freshId(pointer: string): string {
    let number = (this.#byPointer.get(pointer)?.size ?? 0) + 1;
    while (this.#entries.has(entryId(pointer, String(number)))) number += 1;
    return String(number);
  }

  /** Make a change. Answers it, or null when nothing is different. */
  change(make: (edit: Edit) => void, options: ChangeOptions = {}): ChangeSet | null {
    const before = new Map<EntryId, Entry | undefined>();
    const after = new Map<EntryId, Entry | undefined>();
    make(this.#edit(before, after));
    const change = difference(before, after, options.origin ?? "human", this.#now());
    if (isEmpty(change)) return null;
    this.#apply(change);
    if (options.undoable !== false) this.#remember(change, options.gesture);
    this.#announce(change);
    return change;
  }

  undo(): ChangeSet | null {
    const step = this.#undo.pop();
    if (step === undefined) return null;
    this.#redo.push(step);
    return this.#replay(inverse(step.change));
  }

  redo(): ChangeSet | null {
    const step = this.#redo.pop();
    if (step === undefined) return null;
    this.#undo.push(step);
    return this.#replay(step.change);
  }

  subscribe(listener: Listener): Unsubscribe {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Hear of one entry, or of every entry under a field's pointer. */
  subscribeTo(idOrPointer: string, listener: () => void): Unsubscribe {
    const set = this.#entryListeners.get(idOrPointer) ?? new Set();
    this.#entryListeners.set(idOrPointer, set.add(listener));
    return () => set.delete(listener);
  }

  #edit(before: Map<EntryId, Entry | undefined>, after: Map<EntryId, Entry | undefined>): Edit {
    const get = (id: EntryId) => (after.has(id) ? after.get(id) : this.#entries.get(id));
    const write = (id: EntryId, entry: Entry | undefined) => {
      if (!before.has(id)) before.set(id, this.#entries.get(id));
      after.set(id, entry);
    };
    return {
      get,
      put: (id, value) => {
        const order = get(id)?.order ?? (id === pointerOf(id) ? 0 : this.#nextOrder(pointerOf(id), after));
        write(id, { id, value, order });
      },
      remove: (id) => write(id, undefined),
      reorder: (id, order) => {
        const entry = get(id);
        if (entry !== undefined) write(id, { ...entry, order });
      },
    };
  }

  #nextOrder(pointer: string, after: ReadonlyMap<EntryId, Entry | undefined>): number {
    let highest = this.under(pointer).at(-1)?.order ?? 0;
    for (const [id, entry] of after) {
      if (entry !== undefined && pointerOf(id) === pointer) highest = Math.max(highest, entry.order);
    }
    return highest + 1;
  }

  #remember(change: ChangeSet, gesture: string | undefined): void {
    const last = this.#undo.at(-1);
    this.#redo.length = 0;
    if (gesture !== undefined && last?.gesture === gesture) {
      const both = merged(last.change, change);
      this.#undo.pop();
      if (!isEmpty(both)) this.#undo.push({ change: both, gesture });
    } else {
      this.#undo.push({ change, gesture });
    }
  }

  #replay(change: ChangeSet): ChangeSet {
    const now = { ...change, time: this.#now() };
    this.#apply(now);
    this.#announce(now);
    return now;
  }

  #apply(change: ChangeSet): void {
    this.#revision += 1;
    for (const [id, , is] of steps(change)) {
      if (is === undefined) this.#delete(id);
      else this.#set(is);
    }
  }

  #set(entry: Entry): void {
    this.#entries.set(entry.id, entry);
    const pointer = pointerOf(entry.id);
    if (pointer === entry.id) return;
    const among = this.#byPointer.get(pointer) ?? new Map<EntryId, Entry>();
    this.#byPointer.set(pointer, among.set(entry.id, entry));
    this.#sorted.delete(pointer);
  }

  #delete(id: EntryId): void {
    this.#entries.delete(id);
    this.#byPointer.get(pointerOf(id))?.delete(id);
    this.#sorted.delete(pointerOf(id));
  }

  #announce(change: ChangeSet): void {
    const touched = new Set<string>();
    for (const [id] of steps(change)) touched.add(id).add(pointerOf(id));
    for (const key of touched) for (const listener of this.#entryListeners.get(key) ?? []) listener();
    for (const listener of this.#listeners) listener(change);
  }
}
