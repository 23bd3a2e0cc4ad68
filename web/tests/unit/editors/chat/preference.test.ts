import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  afterKey,
  declaredFor,
  degreesOf,
  outcomeOf,
  pickedBy,
  preferenceValue,
  scaleOf,
  shownInputs,
} from "@/editors/chat/preference";
import type { Json, PreferenceField } from "@/interface/declaration";

const PAIR: PreferenceField = {
  name: "better",
  type: "preference",
  over: ["first", "second"],
  ties: true,
  both_bad: true,
  strength: 3,
};

describe("the scale", () => {
  test("has seven points from the one shown first to the one shown second", () => {
    expect(scaleOf(PAIR, ["second", "first"])).toEqual([
      { preferred: "second", strength: 3 },
      { preferred: "second", strength: 2 },
      { preferred: "second", strength: 1 },
      { preferred: "tie" },
      { preferred: "first", strength: 1 },
      { preferred: "first", strength: 2 },
      { preferred: "first", strength: 3 },
    ]);
  });
  test("has no middle without ties", () => {
    expect(scaleOf({ ...PAIR, ties: false }, PAIR.over)).toHaveLength(6);
  });
  test("has no degrees where none are asked", () => {
    const { strength: _, ...plain } = PAIR;
    expect(degreesOf(plain, "first")).toEqual([{ preferred: "first" }]);
  });
});

describe("a key", () => {
  test("makes a preference clearer each time, and slight again after the clearest", () => {
    let answer = afterKey(PAIR, undefined, "first");
    const strengths = [answer?.strength];
    for (let press = 0; press < 3; press += 1) {
      answer = afterKey(PAIR, answer, "first");
      strengths.push(answer?.strength);
    }
    expect(strengths).toEqual([1, 2, 3, 1]);
  });
  test("for the other response begins with a slight preference for that", () => {
    expect(afterKey(PAIR, { preferred: "first", strength: 3 }, "second")).toEqual({
      preferred: "second",
      strength: 1,
    });
  });
  test("for a tie has no strength, and a second time takes it back", () => {
    const tie = afterKey(PAIR, { preferred: "first", strength: 2 }, "tie");
    expect(tie).toEqual({ preferred: "tie" });
    expect(afterKey(PAIR, tie, "tie")).toBeUndefined();
  });
});

describe("the order shown", () => {
  const field: PreferenceField = { name: "best", type: "preference", over: ["a", "b", "c", "d"], ties: true };
  const orders = fc.shuffledSubarray([...field.over], { minLength: 4 });

  test("decides which key a response has: keys go by the place, never by the name", () => {
    fc.assert(
      fc.property(orders, (shown) => {
        expect(shown.map((name) => declaredFor(field, shown, name))).toEqual(field.over);
        for (const name of [...shown, "tie"]) {
          expect(pickedBy(field, shown, declaredFor(field, shown, name))).toBe(name);
        }
      }),
    );
  });
  test("is that of declaration when there is none, or one of other inputs", () => {
    expect(shownInputs(field, undefined)).toEqual(field.over);
    expect(shownInputs(field, ["a", "b", "c", "x"])).toEqual(field.over);
    expect(shownInputs(field, ["a", "b"])).toEqual(field.over);
    expect(shownInputs(field, ["d", "c", "b", "a"])).toEqual(["d", "c", "b", "a"]);
  });
});

test("a stored value is read as it was written", () => {
  for (const outcome of [...scaleOf(PAIR, PAIR.over), { preferred: "both_bad" }]) {
    expect(outcomeOf(preferenceValue(outcome))).toEqual(outcome);
  }
  const others: (Json | undefined)[] = [undefined, null, "first", { strength: 2 }, { preferred: 3 }, []];
  for (const value of others) {
    expect(outcomeOf(value)).toBeUndefined();
  }
});
