import { describe, expect, test } from "vitest";
import { AnswerDocument } from "@/editor-core/document";
import { HotkeyRegistry } from "@/editor-core/hotkey-registry";
import { createSelection } from "@/editor-core/selection";
import type { EditorTask, ItemData } from "@/editor-core/task";
import { layoutOf } from "@/editors/layout";
import type { FieldDeclaration, InputDeclaration, InterfaceDeclaration } from "@/interface/declaration";

const chat = (name: string): InputDeclaration => ({ name, type: "chat", source: `$.${name}` });
const good: FieldDeclaration = { name: "good", type: "choice", options: [{ value: "yes" }, { value: "no" }] };
const better: FieldDeclaration = { name: "better", type: "preference", over: ["a", "b"] };
const perResponse: FieldDeclaration = { name: "rubric", type: "group", each: "inputs:a,b", fields: [good] };

function taskOf(
  declaration: Omit<InterfaceDeclaration, "version">,
  data: ItemData = {},
  shownOrder: EditorTask["shownOrder"] = {},
): EditorTask {
  return {
    id: "task",
    declaration: { version: 1, ...declaration },
    hotkeys: {},
    data,
    media: {},
    document: new AnswerDocument(),
    selection: createSelection(),
    commands: new HotkeyRegistry(),
    readOnly: false,
    shownOrder,
    overlays: [],
    decoded: () => Promise.reject(new Error("There are no pictures")),
    reveal: () => undefined,
    onReveal: () => () => undefined,
  };
}
const names = (list: readonly { readonly name: string }[]) => list.map(({ name }) => name);
const fieldNames = (list: readonly { readonly field: { readonly name: string } }[]) =>
  list.map(({ field }) => field.name);

describe("compared inputs", () => {
  const declaration = { inputs: [chat("prompt"), chat("a"), chat("b")], fields: [perResponse, better] };

  test("stand beside each other with their groups, the others above", () => {
    const layout = layoutOf(taskOf(declaration));
    expect(names(layout.inputs)).toEqual(["prompt"]);
    expect(names(layout.compared)).toEqual(["a", "b"]);
    expect(fieldNames(layout.perCompared)).toEqual(["rubric"]);
    expect(fieldNames(layout.panel)).toEqual(["better"]);
    expect(layout.isBlind).toBe(true);
  });

  test("stand in the order that the server chose", () => {
    expect(names(layoutOf(taskOf(declaration, {}, { better: ["b", "a"] })).compared)).toEqual(["b", "a"]);
  });

  test("need no preference: a group over inputs is enough, and then they keep their names", () => {
    const layout = layoutOf(taskOf({ ...declaration, fields: [perResponse] }));
    expect(names(layout.compared)).toEqual(["a", "b"]);
    expect(layout.isBlind).toBe(false);
  });

  test("keep a group over other inputs in the panel", () => {
    const wide: FieldDeclaration = { ...perResponse, name: "wide", each: "inputs:prompt,a" };
    const layout = layoutOf(taskOf({ ...declaration, fields: [wide, better] }));
    expect(fieldNames(layout.perCompared)).toEqual([]);
    expect(fieldNames(layout.panel)).toEqual(["wide", "better"]);
  });
});

test("a group through an input's elements goes to the input", () => {
  const turns: FieldDeclaration = {
    name: "turns",
    type: "group",
    each: "talk[role=assistant]",
    fields: [good],
  };
  const talk = chat("talk");
  const layout = layoutOf(taskOf({ inputs: [talk], fields: [turns, good] }));
  expect(fieldNames(layout.groupsThrough(talk))).toEqual(["turns"]);
  expect(fieldNames(layout.panel)).toEqual(["good"]);
});

test("regions and relations between them lie on their input", () => {
  const text: InputDeclaration = { name: "text", type: "text", source: "$.text" };
  const other: InputDeclaration = { name: "other", type: "text", source: "$.other" };
  const spans: FieldDeclaration = {
    name: "spans",
    type: "regions",
    on: "text",
    classes: [{ value: "name", geometry: "span" }],
  };
  const links: FieldDeclaration = {
    name: "links",
    type: "relations",
    between: "spans",
    types: [{ value: "same" }],
  };
  const layout = layoutOf(taskOf({ inputs: [text, other], fields: [spans, links, good] }));
  expect(fieldNames(layout.fieldsOn(text))).toEqual(["spans", "links"]);
  expect(fieldNames(layout.fieldsOn(other))).toEqual([]);
});

describe("the calm layout", () => {
  const image: InputDeclaration = { name: "digit", type: "image", source: "$.digit" };
  const calm = (fields: readonly FieldDeclaration[], inputs = [image]) =>
    layoutOf(taskOf({ inputs, fields })).isCalm;

  test("is for few plain questions about one input", () => {
    expect(calm([good])).toBe(true);
    expect(calm([1, 2, 3].map((each) => ({ ...good, name: `good${each}` })))).toBe(true);
    expect(calm([1, 2, 3, 4].map((each) => ({ ...good, name: `good${each}` })))).toBe(false);
    expect(calm([good], [image, chat("talk")])).toBe(false);
    expect(calm([{ name: "once", type: "group", fields: [good] }])).toBe(false);
  });
});
