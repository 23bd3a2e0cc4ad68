import fc from "fast-check";
import { expect, test } from "vitest";
import { moved } from "@/pages/project/interface-builder/json-edits";
import { placeOf, placesOf } from "@/pages/project/interface-builder/json-places";

test("each pointer names the text of its value", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = JSON.stringify({ "a/b": [value], "c~": 1 }, null, 2);
      const places = placesOf(text);
      if (places === null) throw new Error("it is JSON");
      const { from, to } = placeOf(places, "/a~1b/0");
      expect(JSON.parse(text.slice(from, to))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

test("what is not there is shown at what is around it; what is no JSON has no places", () => {
  const text = '{"fields": [{"name": "x"}]}';
  const places = placesOf(text);
  if (places === null) throw new Error("it is JSON");
  const { from, to } = placeOf(places, "/fields/0/options/3");
  expect(text.slice(from, to)).toBe('{"name": "x"}');
  expect(placesOf('{"a": }')).toBeNull();
});

test("members move within their list only", () => {
  expect(moved([1, 2, 3], 0, 1)).toEqual([2, 1, 3]);
  expect(moved([1, 2], 0, -1)).toEqual([1, 2]);
});
