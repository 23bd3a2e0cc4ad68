import { type EntryId, entryId } from "@/editor-core/changes";
import type { AnswerDocument } from "@/editor-core/document";
import { declaredClass, type PlacedRegions, startingAttributes } from "@/editors/regions/actions";
import { type Extent, snappedToWords, trimmed } from "@/editors/text/boundaries";
import type { CodePointIndex } from "@/editors/text/code-points";
import { findQuote } from "@/editors/text/search";
import type { GeometryValue, Region } from "@/interface/answer";
import type { Json, RegionsField } from "@/interface/declaration";

/** Whether ends of new spans go to the ends of words: the field's `ui.snap`, "word" unless it says otherwise. */
export function snapsToWords(field: RegionsField): boolean {
  const snap = field.ui?.snap;
  return snap === undefined || snap === "word" || snap === true;
}

/** Whether spans of a field may lie over each other: its `ui.overlap`, true unless it says otherwise. */
function mayOverlap(field: RegionsField): boolean {
  return field.ui?.overlap !== false;
}

/** The geometry of a part of a text; `extent` in UTF-16 units, the geometry in code points. */
export function spanGeometry(offsets: CodePointIndex, extent: Extent): GeometryValue {
  return {
    type: "span",
    start: offsets.toCodePoint(extent.start),
    end: offsets.toCodePoint(extent.end),
    quote: offsets.text.slice(extent.start, extent.end),
  };
}

/** Where a region's span lies, in UTF-16 units; null for a region of another geometry. */
export function extentOf(offsets: CodePointIndex, region: Region | undefined): Extent | null {
  const start = region?.geometry.start;
  const end = region?.geometry.end;
  if (typeof start !== "number" || typeof end !== "number") return null;
  return { start: offsets.toUtf16(start), end: offsets.toUtf16(end) };
}

/** The part of a text that a selection means: whole words, or as it is but without white space around it. */
export function meant(text: string, extent: Extent, snap: boolean): Extent {
  return snap ? snappedToWords(text, extent) : trimmed(text, extent);
}

export type Refusal = "empty" | "same" | "overlap" | "most" | "length";

/** Why a span cannot be made here; null when it can. */
export function refusal(
  document: AnswerDocument,
  placed: PlacedRegions,
  geometry: GeometryValue,
  className: string,
  except?: EntryId,
): Refusal | null {
  const start = geometry.start as number;
  const end = geometry.end as number;
  if (end <= start) return "empty";
  const constraints = declaredClass(placed.field, className)?.constraints ?? {};
  const { min_length: least, max_length: most } = constraints;
  if (typeof least === "number" && end - start < least) return "length";
  if (typeof most === "number" && end - start > most) return "length";
  const others = document.under(placed.pointer);
  if (except === undefined && others.length >= (placed.field.max ?? Number.POSITIVE_INFINITY)) return "most";
  for (const entry of others) {
    if (entry.id === except) continue;
    const other = entry.value as unknown as Region;
    const from = other.geometry.start as number;
    const until = other.geometry.end as number;
    if (from === start && until === end && other.class === className) return "same";
    if (!mayOverlap(placed.field) && from < end && until > start) return "overlap";
  }
  return null;
}

function newRegion(
  document: AnswerDocument,
  placed: PlacedRegions,
  id: string,
  className: string,
  geometry: GeometryValue,
): Region {
  const declared = declaredClass(placed.field, className);
  const region: Region = { id, class: className, geometry };
  if ((declared?.attributes?.length ?? 0) === 0) return region;
  return { ...region, attributes: startingAttributes(document, placed.pointer, className) ?? {} };
}

/** Add a span. The caller has asked `refusal` before. */
export function addSpan(
  document: AnswerDocument,
  placed: PlacedRegions,
  geometry: GeometryValue,
  className: string,
): EntryId {
  const name = document.freshId(placed.pointer);
  const id = entryId(placed.pointer, name);
  document.change((edit) =>
    edit.put(id, newRegion(document, placed, name, className, geometry) as unknown as Json),
  );
  return id;
}

/** Mark every place where a quote stands and that this class does not have yet, as one step of undo. */
export function markEveryOccurrence(
  document: AnswerDocument,
  placed: PlacedRegions,
  offsets: CodePointIndex,
  quote: string,
  className: string,
): EntryId[] {
  const added: EntryId[] = [];
  const taken = new Set(
    document.under(placed.pointer).map(({ value }) => {
      const region = value as unknown as Region;
      return `${region.class} ${region.geometry.start} ${region.geometry.end}`;
    }),
  );
  const room = (placed.field.max ?? 100_000) - document.under(placed.pointer).length;
  let number = document.under(placed.pointer).length;
  document.change((edit) => {
    for (const extent of findQuote(offsets.text, quote, snapsToWords(placed.field))) {
      const geometry = spanGeometry(offsets, extent);
      if (taken.has(`${className} ${geometry.start} ${geometry.end}`) || added.length >= room) continue;
      if (!mayOverlap(placed.field) && refusal(document, placed, geometry, className) !== null) continue;
      do number += 1;
      while (edit.get(entryId(placed.pointer, String(number))) !== undefined);
      const id = entryId(placed.pointer, String(number));
      edit.put(id, newRegion(document, placed, String(number), className, geometry) as unknown as Json);
      added.push(id);
    }
  });
  return added;
}

/** Put a span elsewhere. Changes with the same `gesture` are one step of undo. */
export function moveSpan(
  document: AnswerDocument,
  id: EntryId,
  geometry: GeometryValue,
  gesture: string,
): void {
  const region = document.region(id);
  if (region === undefined) return;
  document.change((edit) => edit.put(id, { ...region, geometry } as unknown as Json), { gesture });
}
