import fc from "fast-check";
import { expect, test } from "vitest";
import { AnswerDocument } from "@/editor-core/document";
import { type PlacedRegions, removeEntries } from "@/editors/regions/actions";
import { snappedToWords } from "@/editors/text/boundaries";
import { TextChunks } from "@/editors/text/chunks";
import { CodePointIndex } from "@/editors/text/code-points";
import { cutAt, withLanes } from "@/editors/text/cuts";
import { addRelation, type PlacedRelations } from "@/editors/text/relations";
import { findQuote } from "@/editors/text/search";
import { addSpan, spanGeometry } from "@/editors/text/span-actions";
import { type PlacedSpan, SpanIndex } from "@/editors/text/span-index";

const span = (id: string, start: number, end: number): PlacedSpan => ({
  id: `/e#${id}`,
  pointer: "/e",
  class: "a",
  start,
  end,
});

const spans = fc
  .array(fc.tuple(fc.nat(80), fc.integer({ min: 1, max: 30 })), { maxLength: 12 })
  .map((pairs) =>
    pairs
      .map(([start, length], index) => span(String(index), start, start + length))
      .sort((a, b) => a.start - b.start || b.end - a.end),
  );

test("chunks together are the whole text, and none is long", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom("word ", "\n", "😀", "x".repeat(900), "End. ")), (parts) => {
      const text = parts.join("");
      const chunks = new TextChunks(text);
      const pieces = Array.from({ length: chunks.count }, (_, index) => chunks.at(index));
      expect(pieces.map(({ start, end }) => text.slice(start, end)).join("")).toBe(text);
      for (const { index, start, end } of pieces) {
        expect(end - start).toBeLessThanOrEqual(2000);
        if (end > start) expect(chunks.indexAt(start)).toBe(index);
      }
    }),
  );
});

test("cuts cover a chunk, and each says exactly the spans over it", () => {
  fc.assert(
    fc.property(spans, (all) => {
      const cuts = cutAt(10, 90, all);
      expect(cuts[0]?.start).toBe(10);
      expect(cuts.at(-1)?.end).toBe(90);
      for (const cut of cuts) {
        const over = all.filter((each) => each.start <= cut.start && each.end >= cut.end).map(({ id }) => id);
        expect(cut.spans.map((each) => each.span.id).sort()).toEqual(over.sort());
      }
    }),
  );
});

test("spans in one lane never overlap", () => {
  fc.assert(
    fc.property(spans, (all) => {
      const laned = withLanes(all);
      for (const a of laned)
        for (const b of laned) {
          if (a.span.id === b.span.id || a.lane !== b.lane) continue;
          expect(a.span.end <= b.span.start || b.span.end <= a.span.start).toBe(true);
        }
    }),
  );
});

test("going through the spans meets each once, in both directions", () => {
  const text = "one two three\nfour five six\nseven eight";
  const index = new SpanIndex(new CodePointIndex(text), new TextChunks(text));
  const places: [number, number][] = [
    [0, 3],
    [0, 20],
    [4, 7],
    [14, 18],
    [28, 33],
  ];
  places.forEach(([start, end], number) => {
    const id = `/e#${number}`;
    index.set(id, { id, order: 0, value: { class: "a", geometry: { start, end } } }, "/e");
  });
  const met: string[] = [];
  for (let at = index.next(0, 1); at !== null; at = index.next(at, 1)) met.push(at.id);
  expect(met).toEqual(["/e#1", "/e#0", "/e#2", "/e#3", "/e#4"]);
  const back: string[] = [];
  for (let at = index.next(text.length + 1, -1); at !== null; at = index.next(at, -1)) back.push(at.id);
  expect(back).toEqual([...met].reverse());
  expect(index.around(5).map(({ id }) => id)).toEqual(["/e#2", "/e#1"]);
});

test("a selection grows to whole words and loses loose edges", () => {
  const text = "of the Bank of England (München) 😀";
  const taken = (start: number, end: number) => {
    const found = snappedToWords(text, { start, end });
    return text.slice(found.start, found.end);
  };
  expect(taken(8, 20)).toBe("Bank of England");
  expect(taken(6, 24)).toBe("Bank of England");
  expect(taken(32, text.length)).toBe("😀");
});

test("occurrences are whole words", () => {
  expect(findQuote("Ann, Anna and Ann", "Ann", true)).toEqual([
    { start: 0, end: 3 },
    { start: 14, end: 17 },
  ]);
});

const entities: PlacedRegions = {
  pointer: "/e",
  path: "e",
  field: {
    name: "e",
    type: "regions",
    on: "text",
    classes: [
      { value: "person", geometry: "span" },
      { value: "place", geometry: "span" },
    ],
  },
};
const links: PlacedRelations = {
  pointer: "/links",
  path: "links",
  field: {
    name: "links",
    type: "relations",
    between: "e",
    types: [{ value: "lives_in", from: ["person"], to: ["place"] }],
  },
};

test("relations keep to their classes and go with their spans, in one step of undo", () => {
  const document = new AnswerDocument();
  const offsets = new CodePointIndex("😀 Ada in Rome");
  const person = addSpan(document, entities, spanGeometry(offsets, { start: 3, end: 6 }), "person");
  const place = addSpan(document, entities, spanGeometry(offsets, { start: 10, end: 14 }), "place");
  expect(document.region(person)?.geometry).toEqual({ type: "span", start: 2, end: 5, quote: "Ada" });
  expect(addRelation(links, document, place, person, "lives_in")).toBeNull();
  expect(addRelation(links, document, person, place, "lives_in")).toBe("/links#1");
  expect(addRelation(links, document, person, place, "lives_in")).toBeNull();
  removeEntries(document, [links], [place]);
  expect(document.under("/links")).toEqual([]);
  document.undo();
  expect(document.under("/links")).toHaveLength(1);
  expect(document.under("/e")).toHaveLength(2);
});
