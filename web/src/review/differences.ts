import { type Entry, type EntryId, pointerOf } from "@/editor-core/changes";
import type { AnswerDocument } from "@/editor-core/document";
import type { AnswerOverlay } from "@/editor-core/task";
import type { PlacedField } from "@/editors/contract";
import type { Json, RegionsField } from "@/interface/declaration";
import { matches, regionOf } from "@/review/matching";

/**
 * How answers differ at one place. `value`: a field was answered differently. `extra`: somebody has a region
 * that the proposal lacks. `missing`: the proposal has one that somebody lacks. `class`, `attributes`,
 * `shape`: the same object, seen differently.
 */
export type DifferenceKind = "value" | "extra" | "missing" | "class" | "attributes" | "shape";

export interface Opinion {
  /** Id of the overlay: whose answer it is. */
  readonly overlay: string;
  /** Null when this answer has nothing there. */
  readonly entry: Entry | null;
}

export interface Difference {
  /** Stays the same while the reviewer works, so that it can be ticked off. */
  readonly id: string;
  readonly kind: DifferenceKind;
  readonly pointer: string;
  /** The proposal's entry; null when it has none there. */
  readonly base: Entry | null;
  /** Those who see it otherwise than the proposal does. */
  readonly opinions: readonly Opinion[];
}

/** From this overlap on two shapes count as the same. */
const SAME_SHAPE = 0.9;

/** Where the answers behind a proposal differ from it, in the order of the interface's fields. */
export function differences(
  base: AnswerDocument,
  overlays: readonly AnswerOverlay[],
  regionsFields: readonly PlacedField<RegionsField>[],
): readonly Difference[] {
  return [
    ...valueDifferences(base, overlays),
    ...regionsFields.flatMap((placed) => regionDifferences(base, overlays, placed)),
  ];
}

function valueDifferences(base: AnswerDocument, overlays: readonly AnswerOverlay[]): Difference[] {
  const ids = new Set<EntryId>();
  for (const document of [base, ...overlays.map((each) => each.document)]) {
    for (const entry of document.entries()) if (entry.id === pointerOf(entry.id)) ids.add(entry.id);
  }
  const found: Difference[] = [];
  for (const id of ids) {
    const own = base.get(id) ?? null;
    const opinions = overlays
      .map((overlay) => ({ overlay: overlay.id, entry: overlay.document.get(id) ?? null }))
      .filter(({ entry }) => !sameJson(entry?.value, own?.value));
    if (opinions.length > 0) found.push({ id, kind: "value", pointer: id, base: own, opinions });
  }
  return found;
}

function regionDifferences(
  base: AnswerDocument,
  overlays: readonly AnswerOverlay[],
  { pointer, field }: PlacedField<RegionsField>,
): Difference[] {
  const byBase = new Map<EntryId, { kind: DifferenceKind; opinions: Opinion[] }[]>();
  const extras: Difference[] = [];
  const own = base.under(pointer);
  for (const overlay of overlays) {
    const theirs = overlay.document.under(pointer);
    const pairs = matches(own, theirs, field);
    const partner = new Map(pairs.map((pair) => [pair.base, pair]));
    const matched = new Set(pairs.map((pair) => pair.other));
    for (const entry of own) {
      const pair = partner.get(entry);
      for (const kind of pair === undefined ? (["missing"] as const) : kindsOf(pair)) {
        note(byBase, entry.id, kind, { overlay: overlay.id, entry: pair?.other ?? null });
      }
    }
    for (const entry of theirs) {
      if (matched.has(entry)) continue;
      const opinions = [{ overlay: overlay.id, entry }];
      extras.push({ id: `${overlay.id}:${entry.id}`, kind: "extra", pointer, base: null, opinions });
    }
  }
  const seen = own.flatMap((entry) =>
    (byBase.get(entry.id) ?? []).map(({ kind, opinions }) => ({
      id: `${entry.id}:${kind}`,
      kind,
      pointer,
      base: entry,
      opinions,
    })),
  );
  return [...seen, ...joined(extras, field)];
}

function note(
  byBase: Map<EntryId, { kind: DifferenceKind; opinions: Opinion[] }[]>,
  id: EntryId,
  kind: DifferenceKind,
  opinion: Opinion,
): void {
  const known = byBase.get(id) ?? [];
  byBase.set(id, known);
  const same = known.find((each) => each.kind === kind);
  if (same === undefined) known.push({ kind, opinions: [opinion] });
  else same.opinions.push(opinion);
}

function kindsOf(pair: { base: Entry; other: Entry; overlap: number }): DifferenceKind[] {
  const [own, other] = [regionOf(pair.base), regionOf(pair.other)];
  const kinds: DifferenceKind[] = [];
  if (own.class !== other.class) kinds.push("class");
  else if (!sameJson(own.attributes ?? {}, other.attributes ?? {})) kinds.push("attributes");
  if (pair.overlap < SAME_SHAPE) kinds.push("shape");
  return kinds;
}

/** Several people may have drawn the same object that the proposal lacks: that is one difference. */
function joined(extras: readonly Difference[], field: RegionsField): Difference[] {
  const result: Difference[] = [];
  for (const extra of extras) {
    const entry = extra.opinions[0]!.entry!;
    const index = result.findIndex((each) => {
      const others = each.opinions.map((opinion) => opinion.entry!);
      const fresh = each.opinions.every((opinion) => opinion.overlay !== extra.opinions[0]!.overlay);
      return fresh && matches([entry], others, field).length > 0;
    });
    if (index < 0) result.push(extra);
    else result[index] = { ...result[index]!, opinions: [...result[index]!.opinions, ...extra.opinions] };
  }
  return result;
}

/** Whether two values are the same answer; the order of an object's members means nothing. */
export function sameJson(left: Json | undefined, right: Json | undefined): boolean {
  if (left === right) return true;
  if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) return false;
  if (Array.isArray(left) !== Array.isArray(right)) return false;
  const [a, b] = [left as Record<string, Json>, right as Record<string, Json>];
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => key in b && sameJson(a[key], b[key]));
}

/** Make the proposal what an opinion says, as one step of undo. */
export function adopt(base: AnswerDocument, difference: Difference, opinion: Opinion): void {
  base.change((edit) => {
    if (opinion.entry === null) {
      if (difference.base !== null) edit.remove(difference.base.id);
    } else if (difference.kind === "value") {
      edit.put(difference.pointer, opinion.entry.value);
    } else {
      const id = difference.base?.id ?? `${difference.pointer}#${base.freshId(difference.pointer)}`;
      edit.put(id, { ...mixed(difference, opinion.entry), id: id.slice(id.indexOf("#") + 1) });
    }
  });
}

/** Of a region only what the difference is about is taken over. */
function mixed(difference: Difference, entry: Entry): Record<string, Json> {
  const theirs = entry.value as Record<string, Json>;
  if (difference.base === null) return { ...theirs };
  const own = difference.base.value as Record<string, Json>;
  if (difference.kind === "shape") return { ...own, geometry: theirs.geometry ?? null };
  const attributes: Record<string, Json> =
    theirs.attributes === undefined ? {} : { attributes: theirs.attributes };
  const { attributes: _, ...rest } = own;
  if (difference.kind === "attributes") return { ...rest, ...attributes };
  return { ...rest, class: theirs.class ?? null, geometry: theirs.geometry ?? null, ...attributes };
}
