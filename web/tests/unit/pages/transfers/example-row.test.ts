import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { InterfaceDeclaration } from "@/interface/declaration";
import { valueAt } from "@/interface/source";
import { mediaKindOf, sortedFiles, targetOf } from "@/pages/project/imports/dropped-files";
import { exampleData, namesFiles, placeOf, withValue } from "@/pages/project/imports/example-row";

const step = fc.oneof(fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,6}$/), fc.integer({ min: 0, max: 19 }));
const steps = fc
  .array(step, { maxLength: 4 })
  .chain((rest) => fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,6}$/).map((first) => [first, ...rest]));
const sourceOf = (several: readonly (string | number)[]) =>
  `$${several.map((one) => (typeof one === "number" ? `[${one}]` : `.${one}`)).join("")}`;

function declarationOf(...inputs: InterfaceDeclaration["inputs"]): InterfaceDeclaration {
  return { version: 1, inputs, fields: [] };
}

describe("the example row", () => {
  test("has a value where any source points", () => {
    fc.assert(
      fc.property(steps, (several) => {
        const data = exampleData(declarationOf({ name: "text", type: "text", source: sourceOf(several) }));
        expect(valueAt(sourceOf(several), data)).toBe("The text of the first item");
      }),
    );
  });

  test("keeps what other inputs have", () => {
    const data = exampleData(
      declarationOf(
        { name: "one", type: "text", source: "$.responses[0].text" },
        { name: "two", type: "text", source: "$.responses[1].text" },
        { name: "picture", type: "image", source: "$.picture" },
      ),
    );
    expect(data).toEqual({
      responses: [{ text: "The text of the first item" }, { text: "The text of the first item" }],
      picture: "pictures/1.jpg",
    });
  });

  test("a name of an object's own machinery is a name like any other", () => {
    const data = withValue({}, ["__proto__", "polluted"], true);
    expect(JSON.stringify(data)).toBe('{"__proto__":{"polluted":true}}');
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  test("does not spell out a list of millions", () => {
    const far = { name: "far", type: "text", source: "$.list[99999999]" } as const;
    expect(placeOf(far)).toBeNull();
    expect(exampleData(declarationOf(far))).toEqual({});
  });

  test("tells whether rows name files", () => {
    expect(namesFiles(declarationOf({ name: "a", type: "text", source: "$.a" }))).toBe(false);
    expect(namesFiles(declarationOf({ name: "a", type: "audio", source: "$.a" }))).toBe(true);
  });
});

describe("a dropped file", () => {
  const photograph = { name: "photograph", type: "image", source: "$.photograph" } as const;
  const text = { name: "text", type: "text", source: "$.text" } as const;

  test("goes to the one input of its kind", () => {
    expect(targetOf(declarationOf(photograph), "image").input).toBe(photograph);
    expect(targetOf(declarationOf(photograph, { ...text, optional: true }), "image").input).toBe(photograph);
  });

  test("prefers the input that an item must have", () => {
    const extra = { ...photograph, name: "extra", source: "$.extra", optional: true };
    expect(targetOf(declarationOf(extra, photograph), "image").input).toBe(photograph);
  });

  test("is refused with a reason where it is not clear what it is for", () => {
    expect(targetOf(declarationOf(text), "image").refusal).toBe("noInput");
    expect(targetOf(declarationOf(photograph, { ...photograph, name: "b" }), "image").refusal).toBe(
      "severalInputs",
    );
    expect(targetOf(declarationOf(photograph, text), "image").refusal).toBe("otherInputs");
  });

  test("is told from a file of rows by its type", () => {
    const files = [
      new File([""], "a.jsonl"),
      new File([""], "b.png", { type: "image/png" }),
      new File([""], "c.csv", { type: "text/csv" }),
      new File([""], "d.pdf", { type: "application/pdf" }),
      new File([""], "e.png", { type: "image/png" }),
    ];
    const { rows, media } = sortedFiles(files);
    expect(rows.map((file) => file.name)).toEqual(["a.jsonl", "c.csv"]);
    expect([...media].map(([kind, several]) => [kind, several.map((file) => file.name)])).toEqual([
      ["image", ["b.png", "e.png"]],
      ["document", ["d.pdf"]],
    ]);
    expect(mediaKindOf({ type: "application/zip" })).toBeNull();
  });
});
