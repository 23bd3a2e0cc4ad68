import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatNumber, parseNumber } from "@/editors/forms/number-text";

describe.each(["en", "de", "fr", "de-CH"])("numbers in %s", (language) => {
  test("are read as they are written", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (number) => {
        const value = number === 0 ? 0 : number;
        expect(parseNumber(formatNumber(value, language), language)).toBe(value);
      }),
    );
  });

  test("are not guessed at", () => {
    for (const text of ["", "x", "12x", "1 2 a", "--3", "1e", ".", "Infinity", "NaN"])
      expect(parseNumber(text, language), text).toBeUndefined();
  });
});

test("the comma or point of the language counts, and group marks do not", () => {
  expect(parseNumber("1,234.5", "en")).toBe(1234.5);
  expect(parseNumber("1.234,5", "de")).toBe(1234.5);
  expect(parseNumber("1 234,5", "fr")).toBe(1234.5);
  expect(parseNumber("0,5", "de")).toBe(0.5);
  expect(parseNumber("−3", "en")).toBe(-3);
});
