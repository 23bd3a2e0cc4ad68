import fc from "fast-check";
import { expect, test } from "vitest";
import { AnswerDocument } from "@/editor-core/document";
import { answerOf, entriesOf } from "@/interface/answers";
import type { InterfaceDeclaration } from "@/interface/declaration";
import { problemsOf } from "@/interface/validation";

const declaration: InterfaceDeclaration = {
  version: 1,
  inputs: [
    { name: "photo", type: "image", source: "$.photo" },
    { name: "talk", type: "chat", source: "$.talk" },
  ],
  fields: [
    { name: "kind", type: "choice", options: [{ value: "cat" }, { value: "other" }] },
    { name: "what", type: "text", max_length: 5, when: { field: "kind", op: "eq", value: "other" } },
    {
      name: "objects",
      type: "regions",
      on: "photo",
      classes: [
        {
          value: "car",
          geometry: "box",
          constraints: { min_px: 8 },
          attributes: [{ name: "old", type: "choice", options: [{ value: "yes" }, { value: "no" }] }],
        },
      ],
    },
    {
      name: "turns",
      type: "group",
      each: "talk[role=assistant]",
      fields: [{ name: "good", type: "rating", min: 1, max: 5 }],
    },
  ],
};
const data = {
  photo: { url: "a.png", width: 100, height: 100 },
  talk: [
    { id: "a/1", role: "user", content: "?" },
    { id: "b/2", role: "assistant", content: "!" },
  ],
};

const box = (w: number) => ({ type: "box", x: 1, y: 1, w, h: 20 });
const answers = fc
  .record({
    isOther: fc.boolean(),
    what: fc.string({ minLength: 1, maxLength: 5, unit: "grapheme-ascii" }),
    good: fc.integer({ min: 1, max: 5 }),
    sizes: fc.array(fc.integer({ min: 8, max: 90 }), { maxLength: 5 }),
  })
  .map(({ isOther, what, good, sizes }) => ({
    kind: isOther ? "other" : "cat",
    ...(isOther ? { what } : {}),
    objects: sizes.map((w, index) => ({
      id: String(sizes.length - index),
      class: "car",
      geometry: box(w),
      attributes: { old: "yes" },
    })),
    turns: { "b/2": { good } },
  }));

test("an answer comes back from its entries, and breaks no rule", () => {
  fc.assert(
    fc.property(answers, (answer) => {
      const document = new AnswerDocument(entriesOf(answer, declaration));
      expect(answerOf(document, declaration, data)).toEqual(answer);
      expect(problemsOf(document, declaration, data)).toEqual([]);
    }),
  );
});

test("a field that is not asked any more is left out", () => {
  const document = new AnswerDocument([
    { id: "/kind", value: "cat", order: 0 },
    { id: "/what", value: "dog", order: 0 },
  ]);
  expect(answerOf(document, declaration, data)).toEqual({ kind: "cat", objects: [], turns: { "b/2": {} } });
});

test("problems name the place as the server does", () => {
  const document = new AnswerDocument([
    { id: "/kind", value: "other", order: 0 },
    { id: "/what", value: "🐈".repeat(6), order: 0 },
    { id: "/objects#7", value: { id: "7", class: "car", geometry: box(3), attributes: {} }, order: 1 },
  ]);
  expect(problemsOf(document, declaration, data).map(({ path, rule }) => [path, rule])).toEqual([
    ["/what", "too_long"],
    ["/objects/0/geometry/w", "min_px"],
    ["/objects/0/attributes/old", "required"],
    ["/turns/b~12/good", "required"],
  ]);
});
