import { describe, expect, test } from "vitest";
import { AnswerDocument } from "@/editor-core/document";
import type { AnswerOverlay } from "@/editor-core/task";
import type { PlacedField } from "@/editors/contract";
import type { Json, RegionsField } from "@/interface/declaration";
import { adopt, type Difference, differences, sameJson } from "@/review/differences";

const field: RegionsField = {
  type: "regions",
  name: "objects",
  on: "image",
  classes: [
    { value: "car", geometry: "box" },
    { value: "person", geometry: "box" },
  ],
};
const placed: PlacedField<RegionsField> = { field, pointer: "/objects", path: "objects" };

type Box = [id: string, name: string, x: number, y: number, w: number, h: number];

function documentOf(values: Record<string, Json>, boxes: Box[]): AnswerDocument {
  const document = new AnswerDocument();
  document.change((edit) => {
    for (const [pointer, value] of Object.entries(values)) edit.put(pointer, value);
    for (const [id, name, x, y, w, h] of boxes) {
      edit.put(`/objects#${id}`, { id, class: name, geometry: { type: "box", x, y, w, h } });
    }
  });
  return document;
}

function overlay(id: string, document: AnswerDocument): AnswerOverlay {
  return { id, name: id, color: "#000", document };
}

const found = (base: AnswerDocument, ...others: AnswerDocument[]): readonly Difference[] =>
  differences(
    base,
    others.map((each, index) => overlay(String.fromCharCode(97 + index), each)),
    [placed],
  );

describe("differences", () => {
  test("the same answers have none, whatever their regions are called", () => {
    const base = documentOf({ "/weather": "rain" }, [["1", "car", 0, 0, 100, 50]]);
    const other = documentOf({ "/weather": "rain" }, [["9", "car", 1, 0, 99, 50]]);
    expect(found(base, other)).toEqual([]);
  });

  test("a value, a class, a shape, a missing and an extra region are told apart", () => {
    const base = documentOf({ "/weather": "rain" }, [
      ["1", "car", 0, 0, 100, 50],
      ["2", "car", 200, 0, 100, 50],
      ["3", "car", 400, 0, 100, 50],
    ]);
    const other = documentOf({ "/weather": "clear" }, [
      ["1", "person", 0, 0, 100, 50],
      ["2", "car", 230, 0, 100, 50],
      ["7", "car", 0, 300, 40, 40],
    ]);
    expect(found(base, other).map(({ kind, base: own }) => [kind, own?.id ?? null])).toEqual([
      ["value", "/weather"],
      ["class", "/objects#1"],
      ["shape", "/objects#2"],
      ["missing", "/objects#3"],
      ["extra", null],
    ]);
  });

  test("what two people draw and the proposal lacks is one difference with two opinions", () => {
    const base = documentOf({}, []);
    const [extra, ...rest] = found(
      base,
      documentOf({}, [["1", "car", 10, 10, 40, 40]]),
      documentOf({}, [["1", "car", 12, 10, 40, 40]]),
    );
    expect(rest).toEqual([]);
    expect(extra?.opinions.map((each) => each.overlay)).toEqual(["a", "b"]);
  });

  test("adopting every opinion of one answer leaves no difference from it, and undo brings all back", () => {
    const base = documentOf({ "/weather": "rain" }, [
      ["1", "car", 0, 0, 100, 50],
      ["2", "car", 200, 0, 100, 50],
      ["3", "car", 400, 0, 100, 50],
    ]);
    const other = documentOf({}, [
      ["1", "person", 0, 0, 100, 50],
      ["2", "car", 230, 0, 100, 50],
      ["3", "car", 0, 300, 40, 40],
    ]);
    const before = new Map([...base.entries()].map((entry) => [entry.id, entry.value]));
    const all = found(base, other);
    for (const each of all) adopt(base, each, each.opinions[0]!);
    expect(found(base, other)).toEqual([]);
    for (const _ of all) base.undo();
    expect(new Map([...base.entries()].map((entry) => [entry.id, entry.value]))).toEqual(before);
  });

  test("ten thousand regions on each side are compared through an index", () => {
    const boxes = (shift: number): Box[] =>
      Array.from({ length: 10_000 }, (_, index) => [
        String(index),
        "car",
        (index % 100) * 40 + shift,
        Math.floor(index / 100) * 40,
        20,
        20,
      ]);
    expect(found(documentOf({}, boxes(0)), documentOf({}, boxes(0.5)))).toEqual([]);
  });
});

test("sameJson compares objects by their members", () => {
  expect(sameJson({ a: 1, b: [1, 2] }, { b: [1, 2], a: 1 })).toBe(true);
  expect(sameJson({ a: 1 }, { a: 1, b: null })).toBe(false);
  expect(sameJson([1, 2], { 0: 1, 1: 2 })).toBe(false);
});
