import fc from "fast-check";
import { expect, test } from "vitest";
import { AnswerDocument } from "@/editor-core/document";

const ids = fc.constantFrom("/weather", "/note", "/objects#1", "/objects#2", "/objects#3");
const step = fc.oneof(
  fc.record({ kind: fc.constant("put" as const), id: ids, value: fc.integer() }),
  fc.record({ kind: fc.constant("remove" as const), id: ids, value: fc.constant(0) }),
  fc.record({ kind: fc.constant("reorder" as const), id: ids, value: fc.integer({ min: 0, max: 5 }) }),
);
const changes = fc.array(
  fc.record({
    steps: fc.array(step, { maxLength: 4 }),
    gesture: fc.option(fc.constantFrom("drag", "type"), { nil: undefined }),
  }),
  { maxLength: 20 },
);

function stateOf(document: AnswerDocument) {
  return [...document.entries()].map((entry) => ({ ...entry })).sort((a, b) => a.id.localeCompare(b.id));
}

test("undoing everything gives the beginning, redoing everything the end", () => {
  fc.assert(
    fc.property(changes, (all) => {
      const document = new AnswerDocument([{ id: "/objects#1", value: "first", order: 1 }], () => 0);
      const initial = stateOf(document);
      for (const { steps, gesture } of all) {
        document.change(
          (edit) => {
            for (const { kind, id, value } of steps) {
              if (kind === "put") edit.put(id, value);
              else if (kind === "remove") edit.remove(id);
              else edit.reorder(id, value);
            }
          },
          { gesture },
        );
      }
      const final = stateOf(document);
      while (document.canUndo) document.undo();
      expect(stateOf(document)).toEqual(initial);
      while (document.canRedo) document.redo();
      expect(stateOf(document)).toEqual(final);
      expect(
        document
          .under("/objects")
          .map((entry) => entry.id)
          .sort(),
      ).toEqual(final.filter((entry) => entry.id.includes("#")).map((entry) => entry.id));
    }),
  );
});

test("a gesture is one step of undo and of redo", () => {
  const document = new AnswerDocument();
  for (const value of [1, 2, 3]) document.change((edit) => edit.put("/note", value), { gesture: "drag" });
  expect(document.value("/note")).toBe(3);
  document.undo();
  expect(document.value("/note")).toBeUndefined();
  expect(document.redo()).not.toBeNull();
  expect(document.value("/note")).toBe(3);
});
