import type { Json } from "@/interface/declaration";

/**
 * The parts an answer is made of, each with an address:
 * a plain field's value has its JSON Pointer ("/weather", "/rubric/first/correct"), a region or a relation
 * that of its field, "#" and its own id ("/objects#3").
 */
export type EntryId = string;

export interface Entry {
  readonly id: EntryId;
  readonly value: Json;
  /** Order among the regions or relations of a field: later ones are drawn above. Zero for values. */
  readonly order: number;
}

/** Who made a change. */
export type Origin = "human" | "model" | "remote";

/** One step of work: what undo takes back, what a draft and the time per field are made from. */
export interface ChangeSet {
  readonly created: readonly Entry[];
  readonly updated: readonly { readonly before: Entry; readonly after: Entry }[];
  readonly deleted: readonly Entry[];
  readonly origin: Origin;
  /** Milliseconds since 1970. */
  readonly time: number;
}

export function entryId(pointer: string, id?: string): EntryId {
  return id === undefined ? pointer : `${pointer}#${id}`;
}

/** The field's pointer of an entry: "/objects" of "/objects#3". */
export function pointerOf(id: EntryId): string {
  const mark = id.indexOf("#");
  return mark < 0 ? id : id.slice(0, mark);
}

/** The change that takes another one back. */
export function inverse(change: ChangeSet): ChangeSet {
  return {
    created: change.deleted,
    updated: change.updated.map(({ before, after }) => ({ before: after, after: before })),
    deleted: change.created,
    origin: change.origin,
    time: change.time,
  };
}

export function isEmpty(change: ChangeSet): boolean {
  return change.created.length + change.updated.length + change.deleted.length === 0;
}

/** Two changes, one after the other, as one: what a drag's many steps become. */
export function merged(first: ChangeSet, second: ChangeSet): ChangeSet {
  const before = new Map<EntryId, Entry | undefined>();
  const after = new Map<EntryId, Entry | undefined>();
  for (const change of [first, second]) {
    for (const [id, was, is] of steps(change)) {
      if (!before.has(id)) before.set(id, was);
      after.set(id, is);
    }
  }
  return difference(before, after, second.origin, second.time);
}

export function* steps(change: ChangeSet): Generator<[EntryId, Entry | undefined, Entry | undefined]> {
  for (const entry of change.deleted) yield [entry.id, entry, undefined];
  for (const { before, after } of change.updated) yield [after.id, before, after];
  for (const entry of change.created) yield [entry.id, undefined, entry];
}

/** The change from one state of some entries to another; entries that stay the same are left out. */
export function difference(
  before: ReadonlyMap<EntryId, Entry | undefined>,
  after: ReadonlyMap<EntryId, Entry | undefined>,
  origin: Origin,
  time: number,
): ChangeSet {
  const created: Entry[] = [];
  const updated: { before: Entry; after: Entry }[] = [];
  const deleted: Entry[] = [];
  for (const [id, is] of after) {
    const was = before.get(id);
    if (was === undefined) {
      if (is !== undefined) created.push(is);
    } else if (is === undefined) {
      deleted.push(was);
    } else if (was !== is) {
      updated.push({ before: was, after: is });
    }
  }
  return { created, updated, deleted, origin, time };
}
