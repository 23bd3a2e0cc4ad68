import fc from "fast-check";
import { expect, test } from "vitest";
import { FILTER_OPERATORS, readFilter, writeFilter } from "@/components/filter-language";

const condition = fc.record({
  name: fc.stringMatching(/^[a-z]+(\.[a-z]+)?$/),
  operator: fc.constantFrom(...FILTER_OPERATORS),
  value: fc.string(),
});

test("what is written is read back, whatever the values hold", () => {
  fc.assert(
    fc.property(fc.array(condition, { maxLength: 6 }), (conditions) => {
      expect(readFilter(writeFilter(conditions))).toEqual(conditions);
    }),
  );
});

test("a broken filter is none", () => {
  for (const broken of ["state", "state =", "state = a or b = c", 'a = "b', "a b c"])
    expect(readFilter(broken)).toBeNull();
});
