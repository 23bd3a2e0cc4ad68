import fc from "fast-check";
import { expect, test } from "vitest";
import { entryId } from "@/editor-core/changes";
import { AnswerDocument } from "@/editor-core/document";
import { describeGeometry } from "@/editors/regions/describe";
import { type ListPosition, type ListStep, listStep, picked, stepped } from "@/editors/regions/list-keys";
import { RegionListing } from "@/editors/regions/region-listing";
import { entryAt, problemsByRegion } from "@/editors/regions/row-problems";
import type { Json } from "@/interface/declaration";

const id = (number: number) => entryId("/objects", String(number));
const nothing: ListPosition = { selected: [], active: null, anchor: null };

type Act =
  | { readonly do: "put"; readonly id: number; readonly name: string; readonly start: number }
  | { readonly do: "remove"; readonly id: number }
  | { readonly do: "undo" };

const acts = fc.array(
  fc.oneof(
    fc.record({
      do: fc.constant("put" as const),
      id: fc.integer({ min: 1, max: 6 }),
      name: fc.constantFrom("a", "b", "c"),
      start: fc.nat(20),
    }),
    fc.record({ do: fc.constant("remove" as const), id: fc.integer({ min: 1, max: 6 }) }),
    fc.record({ do: fc.constant("undo" as const) }),
  ),
  { maxLength: 20 },
);

function run(document: AnswerDocument, act: Act, type: "span" | "box"): void {
  if (act.do === "undo") document.undo();
  else if (act.do === "remove") document.change((edit) => edit.remove(id(act.id)));
  else {
    const geometry: Json =
      type === "span" ? { type, start: act.start, end: act.start + 1 } : { type, x: act.start };
    document.change((edit) => edit.put(id(act.id), { id: String(act.id), class: act.name, geometry }));
  }
}

test.each(["span", "box"] as const)(
  "a listing followed through changes says what a new one says: %s",
  (type) => {
    fc.assert(
      fc.property(acts, (all) => {
        const document = new AnswerDocument();
        const listing = new RegionListing(document, "/objects");
        listing.subscribe(() => undefined);
        for (const act of all) {
          run(document, act, type);
          const fresh = new RegionListing(document, "/objects");
          const starts = (ids: readonly string[]) =>
            ids.map((each) => document.region(each)?.geometry.start ?? each);
          expect(starts(listing.ids)).toEqual(starts(fresh.ids));
          expect([...listing.ids].sort()).toEqual([...fresh.ids].sort());
          expect(new Map(listing.counts)).toEqual(new Map(fresh.counts));
        }
      }),
    );
  },
);

test("a listing stays the same object while shapes only move, and says nothing", () => {
  const document = new AnswerDocument();
  run(document, { do: "put", id: 1, name: "a", start: 1 }, "box");
  const listing = new RegionListing(document, "/objects");
  let heard = 0;
  const stop = listing.subscribe(() => {
    heard += 1;
  });
  const { ids, counts } = listing;
  run(document, { do: "put", id: 1, name: "a", start: 9 }, "box");
  document.change((edit) => edit.put("/weather", "rain"));
  expect([listing.ids === ids, listing.counts === counts, heard]).toEqual([true, true, 0]);
  run(document, { do: "put", id: 1, name: "b", start: 9 }, "box");
  expect([listing.ids === ids, listing.counts.get("b"), heard]).toEqual([true, 1, 1]);
  stop();
  run(document, { do: "put", id: 2, name: "b", start: 9 }, "box");
  listing.subscribe(() => undefined);
  expect([listing.ids, listing.counts.get("b")]).toEqual([[id(1), id(2)], 2]);
});

const rows = fc.integer({ min: 1, max: 12 }).map((count) => Array.from({ length: count }, (_, n) => id(n)));
const steps = fc.array(
  fc.tuple(
    fc.constantFrom<ListStep>("next", "previous", "first", "last", "pageDown", "pageUp"),
    fc.boolean(),
  ),
  { maxLength: 15 },
);

test("moving selects the row moved to; extending selects all rows from the anchor to it", () => {
  fc.assert(
    fc.property(rows, steps, fc.integer({ min: 1, max: 5 }), (ids, all, page) => {
      let position = nothing;
      for (const [step, extend] of all) {
        const before = position;
        position = stepped(ids, position, step, extend, page);
        const active = ids.indexOf(position.active as string);
        const anchor = ids.indexOf(position.anchor as string);
        expect(active).toBeGreaterThanOrEqual(0);
        if (!extend) expect(position.selected).toEqual([position.active]);
        if (extend && before.anchor !== null) expect(position.anchor).toBe(before.anchor);
        const [from, to] = [Math.min(active, anchor), Math.max(active, anchor)];
        expect(position.selected).toEqual(ids.slice(from, to + 1));
      }
    }),
  );
});

test("the first arrow down goes to the first row, the first arrow up to the last", () => {
  const ids = [id(1), id(2), id(3)];
  expect(stepped(ids, nothing, "next", false, 2).active).toBe(id(1));
  expect(stepped(ids, nothing, "previous", false, 2).active).toBe(id(3));
  expect(stepped([], nothing, "next", false, 2)).toBe(nothing);
});

test("picking in addition picks and lets go, a range begins at the last row picked", () => {
  const ids = [id(1), id(2), id(3), id(4)];
  const two = picked(ids, picked(ids, nothing, id(4), "only"), id(2), "toggle");
  expect(two.selected).toEqual([id(4), id(2)]);
  expect(picked(ids, two, id(4), "toggle").selected).toEqual([id(2)]);
  expect(picked(ids, two, id(4), "range").selected).toEqual([id(2), id(3), id(4)]);
  expect(picked(ids, nothing, id(3), "range").selected).toEqual([id(3)]);
});

test("only keys that move in a list are steps", () => {
  expect(["ArrowDown", "Home", "PageUp"].map(listStep)).toEqual(["next", "first", "pageUp"]);
  expect(["ArrowLeft", "a", "constructor"].map(listStep)).toEqual([undefined, undefined, undefined]);
});

test("problems are found at their regions by the place in the answer, not by the id", () => {
  const document = new AnswerDocument();
  run(document, { do: "put", id: 7, name: "a", start: 1 }, "box");
  run(document, { do: "put", id: 3, name: "a", start: 1 }, "box");
  expect(entryAt(document, "/objects", "/objects/1/geometry")).toBe(id(3));
  const places = ["/objects", "/objects/2", "/objects/x", "/objectsother/0", "/objects#7"];
  for (const path of places) expect(entryAt(document, "/objects", path)).toBeUndefined();
  const at = (path: string) => ({ path, rule: "required", message: "required" });
  const [first, second, other] = [
    at("/objects/0/attributes/size"),
    at("/objects/0/geometry"),
    at("/weather"),
  ];
  const found = problemsByRegion(document, "/objects", [first, second, other]);
  expect([...found]).toEqual([[id(7), { entry: document.get(id(7)), problems: [first, second] }]]);
});

test("a geometry is described by its size, its points or its words", () => {
  expect(describeGeometry({ type: "box", x: 1, y: 2, w: 30.4, h: 20.6 })).toBe("30 × 21");
  expect(describeGeometry({ type: "ellipse", cx: 1, cy: 2, rx: 10, ry: 4, angle: 0 })).toBe("20 × 8");
  expect(describeGeometry({ type: "point", x: 3.2, y: 4.8 })).toBe("3, 5");
  const packed = btoa(String.fromCharCode(...new Uint8Array(8 * 501)));
  const say = (count: number) => `${count} points`;
  expect(
    describeGeometry(
      {
        type: "polygon",
        points: [
          [1, 2],
          [3, 4],
          [5, 6],
        ],
      },
      say,
    ),
  ).toBe("3 points");
  expect(describeGeometry({ type: "polygon", points: packed }, say)).toBe("501 points");
  expect(describeGeometry({ type: "span", start: 1, end: 2, quote: "x".repeat(80) })).toHaveLength(63);
  expect(describeGeometry({ type: "mask", size: [2, 2], counts: "" })).toBe("");
});
