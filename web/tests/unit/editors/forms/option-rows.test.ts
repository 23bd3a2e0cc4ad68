import { describe, expect, test } from "vitest";
import { afterPick, foundRows, openRows, rowsOf } from "@/editors/forms/option-rows";
import type { ChoiceField } from "@/interface/declaration";

const species: ChoiceField = {
  name: "species",
  type: "choice",
  leaves_only: true,
  options: [
    {
      value: "mammal",
      title: "Mammals",
      translations: { de: { title: "Säugetiere" } },
      options: [{ value: "cat", options: [{ value: "lion" }, { value: "lynx" }] }, { value: "whale" }],
    },
    { value: "owl" },
  ],
};
const values = (rows: ReturnType<typeof rowsOf>) => rows.map(({ option }) => option.value);

describe("a taxonomy's rows", () => {
  const rows = rowsOf(species, "de-AT");

  test("come in the declared order, under their branches, in the person's language", () => {
    expect(rows.map(({ trail }) => trail)).toEqual([
      "Säugetiere",
      "Säugetiere › cat",
      "Säugetiere › cat › lion",
      "Säugetiere › cat › lynx",
      "Säugetiere › whale",
      "owl",
    ]);
  });

  test("are picked only where the interface lets them", () => {
    expect(values(rows.filter(({ canBePicked }) => canBePicked))).toEqual(["lion", "lynx", "whale", "owl"]);
    expect(rowsOf({ ...species, leaves_only: false }, "en").every(({ canBePicked }) => canBePicked)).toBe(
      true,
    );
  });

  test("are shown when everything above them is open", () => {
    expect(values(openRows(rows, new Set()))).toEqual(["mammal", "owl"]);
    expect(values(openRows(rows, new Set(["cat"])))).toEqual(["mammal", "owl"]);
    expect(values(openRows(rows, new Set(["mammal"])))).toEqual(["mammal", "cat", "whale", "owl"]);
  });

  test("are found with what they stand under", () => {
    expect(values(foundRows(rows, " LYN "))).toEqual(["mammal", "cat", "lynx"]);
    expect(values(foundRows(rows, "säuge"))).toEqual(["mammal", "cat", "lion", "lynx", "whale"]);
    expect(values(foundRows(rows, "dog"))).toEqual([]);
  });
});

describe("picking", () => {
  const order = ["a", "b", "c"];
  const options = order.map((value) => ({ value }));
  const single: ChoiceField = { name: "one", type: "choice", options };
  const multi: ChoiceField = { ...single, multi: true };

  test("one replaces another, and itself is taken away", () => {
    expect(afterPick(single, undefined, "a", order)).toBe("a");
    expect(afterPick(single, "a", "b", order)).toBe("b");
    expect(afterPick(single, "a", "a", order)).toBeUndefined();
  });

  test("several stand in the declared order; none is no answer", () => {
    expect(afterPick(multi, undefined, "c", order)).toEqual(["c"]);
    expect(afterPick(multi, ["c"], "a", order)).toEqual(["a", "c"]);
    expect(afterPick(multi, ["a", "c"], "a", order)).toEqual(["c"]);
    expect(afterPick(multi, ["c"], "c", order)).toBeUndefined();
  });
});
