import fc from "fast-check";
import { expect, test } from "vitest";
import { entryId } from "@/editor-core/changes";
import { AnswerDocument } from "@/editor-core/document";
import { createSelection } from "@/editor-core/selection";
import {
  type PlacedRegions,
  relabel,
  relationsTo,
  removeEntries,
  setAttribute,
  setHidden,
  startingAttributes,
  toggle,
} from "@/editors/regions/actions";
import type { Region } from "@/interface/answer";
import type { FieldDeclaration, InterfaceDeclaration, Json, RegionsField } from "@/interface/declaration";

const size: FieldDeclaration = { name: "size", type: "number" };
const note: FieldDeclaration = { name: "note", type: "text" };
const field: RegionsField = {
  name: "objects",
  type: "regions",
  on: "picture",
  classes: [
    { value: "car", geometry: "box", attributes: [size, note] },
    { value: "bus", geometry: "box", attributes: [size] },
    { value: "cat", geometry: "box" },
    { value: "road", geometry: "polygon" },
  ],
};
const placed: PlacedRegions = { field, pointer: "/objects", path: "objects" };
const declaration: InterfaceDeclaration = {
  version: 1,
  inputs: [{ name: "picture", type: "image", source: "$.picture" }],
  fields: [
    field,
    {
      name: "links",
      type: "relations",
      between: "objects",
      types: [{ value: "any" }, { value: "cars", from: ["car"], to: ["car"] }],
    },
    { name: "others", type: "relations", between: "elsewhere", types: [{ value: "any" }] },
  ],
};
const relations = relationsTo(declaration, placed);

const names = field.classes.map(({ value }) => value);
const ids = fc.uniqueArray(fc.integer({ min: 1, max: 8 }).map((each) => entryId("/objects", String(each))));

const documents = fc
  .tuple(
    fc.array(fc.tuple(fc.constantFrom(...names), fc.option(fc.integer(), { nil: undefined })), {
      minLength: 1,
      maxLength: 8,
    }),
    fc.array(fc.tuple(fc.nat(7), fc.nat(7), fc.constantFrom("any", "cars")), { maxLength: 6 }),
  )
  .map(([regions, links]) => {
    const document = new AnswerDocument();
    document.change(
      (edit) => {
        regions.forEach(([name, given], place) => {
          const id = String(place + 1);
          const geometry: Json =
            name === "road" ? { type: "polygon", points: [] } : { type: "box", x: place };
          const attributes: Json = given === undefined ? {} : { size: given, note: "x" };
          edit.put(entryId("/objects", id), { id, class: name, geometry, attributes });
        });
        links.forEach(([from, to, type], place) => {
          const ends = { from: String((from % regions.length) + 1), to: String((to % regions.length) + 1) };
          edit.put(entryId("/links", `r${place}`), { id: `r${place}`, type, ...ends });
        });
      },
      { undoable: false },
    );
    return document;
  });

const stateOf = (document: AnswerDocument) =>
  [...document.entries()].sort((a, b) => (a.id < b.id ? -1 : 1)).map((entry) => ({ ...entry }));
const regionOf = (document: AnswerDocument, id: string) => document.region(id) as Region;

const actions = fc.oneof(
  fc.tuple(ids, fc.constantFrom(...names)).map(([chosen, name]) => (document: AnswerDocument) => {
    relabel(document, placed, relations, chosen, name);
  }),
  fc
    .tuple(ids, fc.constantFrom(size, note), fc.option(fc.integer(), { nil: undefined }))
    .map(([chosen, attribute, value]) => (document: AnswerDocument) => {
      setAttribute(document, chosen, attribute, value);
    }),
  ids.map((chosen) => (document: AnswerDocument) => removeEntries(document, relations, chosen)),
);

test("each action is at most one step of undo, which brings everything back; redo does it again", () => {
  fc.assert(
    fc.property(documents, actions, (document, act) => {
      const before = stateOf(document);
      const heard: unknown[] = [];
      document.subscribe((change) => heard.push(change));
      act(document);
      const after = stateOf(document);
      expect(heard.length).toBeLessThanOrEqual(1);
      expect(document.canUndo).toBe(heard.length === 1);
      document.undo();
      expect(stateOf(document)).toEqual(before);
      expect(document.canUndo).toBe(false);
      document.redo();
      expect(stateOf(document)).toEqual(after);
    }),
  );
});

test("removing regions leaves no relation without both ends, and touches no other", () => {
  fc.assert(
    fc.property(documents, ids, (document, chosen) => {
      const ends = (value: Json) => value as { from: string; to: string };
      const kept = document
        .under("/links")
        .filter(({ value }) =>
          [ends(value).from, ends(value).to].every((end) => !chosen.includes(entryId("/objects", end))),
        );
      removeEntries(document, relations, chosen);
      expect(document.under("/links")).toEqual(kept);
      for (const id of chosen) expect(document.get(id)).toBeUndefined();
    }),
  );
});

test("a region gets a class only if it is drawn that way, and keeps the attributes that both classes have", () => {
  fc.assert(
    fc.property(documents, ids, fc.constantFrom(...names), (document, chosen, name) => {
      const before = new Map(chosen.map((id) => [id, document.region(id)]));
      const { changed, unfit } = relabel(document, placed, relations, chosen, name);
      const declared = field.classes.find(({ value }) => value === name);
      const allowed = new Set(declared?.attributes?.map((each) => each.name));
      for (const [id, was] of before) {
        const is = document.region(id);
        if (was === undefined) expect(is).toBeUndefined();
        else if (was.class === name) expect(is).toBe(was);
        else if (was.geometry.type !== declared?.geometry) {
          expect(unfit).toContain(id);
          expect(is).toBe(was);
        } else {
          expect(changed).toContain(id);
          expect(is?.class).toBe(name);
          expect(is?.geometry).toEqual(was.geometry);
          const kept = Object.entries(was.attributes ?? {}).filter(([each]) => allowed.has(each));
          expect(is?.attributes ?? {}).toEqual(Object.fromEntries(kept));
        }
      }
    }),
  );
});

test("a relation that the new class may not have goes, another stays", () => {
  const document = new AnswerDocument();
  document.change((edit) => {
    for (const id of ["1", "2"]) {
      edit.put(entryId("/objects", id), { id, class: "car", geometry: { type: "box" } });
    }
    edit.put("/links#a", { id: "a", type: "cars", from: "1", to: "2" });
    edit.put("/links#b", { id: "b", type: "any", from: "2", to: "1" });
  });
  relabel(document, placed, relations, ["/objects#2"], "bus");
  expect(document.under("/links").map(({ id }) => id)).toEqual(["/links#b"]);
});

test("only the relations fields that link the regions are found", () => {
  expect(relations.map(({ pointer }) => pointer)).toEqual(["/links"]);
});

test("an attribute typed in many steps is one step of undo", () => {
  const document = new AnswerDocument();
  document.change((edit) => edit.put("/objects#1", { id: "1", class: "car", geometry: { type: "box" } }));
  for (const text of ["t", "ta", "tax", "taxi"]) setAttribute(document, ["/objects#1"], note, text, "typing");
  expect(regionOf(document, "/objects#1").attributes).toEqual({ note: "taxi" });
  document.undo();
  expect(regionOf(document, "/objects#1").attributes).toBeUndefined();
});

test("a new region begins with what was given last to its class: no free text, nothing that was undone", () => {
  const document = new AnswerDocument();
  document.change((edit) => {
    for (const [id, name] of [
      ["1", "car"],
      ["2", "car"],
      ["3", "bus"],
    ] as const) {
      const value = { id, class: name, geometry: { type: "box" }, attributes: { size: 1 } };
      edit.put(entryId("/objects", id), value);
    }
  });
  expect(startingAttributes(document, "/objects", "car")).toBeUndefined();
  setAttribute(document, ["/objects#1"], note, "a taxi");
  expect(startingAttributes(document, "/objects", "car")).toBeUndefined();
  setAttribute(document, ["/objects#1"], size, 3);
  setAttribute(document, ["/objects#2"], size, 4);
  expect(startingAttributes(document, "/objects", "car")).toEqual({ size: 4 });
  expect(startingAttributes(document, "/objects", "bus")).toBeUndefined();
  expect(startingAttributes(document, "/elsewhere", "car")).toBeUndefined();
  document.undo();
  expect(startingAttributes(document, "/objects", "car")).toEqual({ size: 1 });
});

test("hiding and locking are no change of the answer", () => {
  const selection = createSelection();
  toggle(selection, "hidden", ["/objects#1", "/objects#2"]);
  toggle(selection, "hidden", ["/objects#2", "/objects#3"]);
  expect([...selection.getState().hidden].sort()).toEqual(["/objects#1", "/objects#3"]);
  setHidden(selection, ["/objects#1", "/objects#2"], true);
  expect(selection.getState().hidden.size).toBe(3);
  setHidden(selection, ["/objects#1", "/objects#2"], false);
  expect([...selection.getState().hidden]).toEqual(["/objects#3"]);
  toggle(selection, "locked", ["/objects#1"]);
  expect([...selection.getState().locked]).toEqual(["/objects#1"]);
});
