import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  dropped,
  isLevel,
  isSameRanking,
  levelToggled,
  movedDown,
  movedUp,
  placeOf,
  type Ranking,
  rankingAnswerOf,
  rankingValue,
} from "@/editors/chat/ranking";
import type { PreferenceField } from "@/interface/declaration";

const NAMES = ["a", "b", "c", "d", "e"];
const FIELD: PreferenceField = {
  name: "order",
  type: "preference",
  mode: "rank",
  over: NAMES,
  ties: true,
  both_bad: true,
};

/** Every input once, in places of any size. */
const rankings: fc.Arbitrary<Ranking> = fc
  .tuple(
    fc.shuffledSubarray(NAMES, { minLength: NAMES.length }),
    fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }),
  )
  .map(([names, joins]) => {
    const places: string[][] = [];
    for (const [index, name] of names.entries()) {
      const above = places.at(-1);
      if (joins[index] && above !== undefined) above.push(name);
      else places.push([name]);
    }
    return places;
  });
const names = fc.constantFrom(...NAMES);
const moves = fc.constantFrom(movedUp, movedDown, levelToggled);

test("whatever is moved, every input stays ranked once and no place is empty", () => {
  fc.assert(
    fc.property(rankings, names, moves, (ranking, name, move) => {
      const after = move(ranking, name);
      expect(after.flat().toSorted()).toEqual(NAMES);
      expect(after.every((place) => place.length > 0)).toBe(true);
    }),
  );
});

test("the order of the others never changes", () => {
  fc.assert(
    fc.property(rankings, names, moves, (ranking, name, move) => {
      const others = (places: Ranking) =>
        places.map((place) => place.filter((each) => each !== name)).filter((place) => place.length > 0);
      expect(others(move(ranking, name))).toEqual(others(ranking));
    }),
  );
});

test("up and down take each other back for one that stands alone", () => {
  fc.assert(
    fc.property(rankings, names, (ranking, name) => {
      fc.pre(!isLevel(ranking, name) && placeOf(ranking, name) > 0);
      expect(isSameRanking(movedDown(movedUp(ranking, name), name), ranking)).toBe(true);
    }),
  );
});

test("a stored ranking is read as it was written, whatever the order within a place", () => {
  fc.assert(
    fc.property(rankings, fc.boolean(), (ranking, isNoneGood) => {
      const value = rankingValue({ ranking, isNoneGood }, FIELD);
      const read = rankingAnswerOf(value, FIELD);
      expect(read.isNoneGood).toBe(isNoneGood);
      expect(isSameRanking(read.ranking ?? [], ranking)).toBe(true);
      expect(read.ranking?.every((place) => place.join() === [...place].toSorted().join())).toBe(true);
    }),
  );
});

describe("one move", () => {
  const ranking: Ranking = [["a"], ["b", "c"], ["d"]];

  test("up out of a shared place goes just above it", () => {
    expect(movedUp(ranking, "c")).toEqual([["a"], ["c"], ["b"], ["d"]]);
  });
  test("down out of a shared place goes just below it", () => {
    expect(movedDown(ranking, "b")).toEqual([["a"], ["c"], ["b"], ["d"]]);
  });
  test("up past a shared place goes past all of it", () => {
    expect(movedUp(ranking, "d")).toEqual([["a"], ["d"], ["b", "c"]]);
  });
  test("at the ends nothing moves", () => {
    expect(movedUp(ranking, "a")).toEqual(ranking);
    expect(movedDown(ranking, "d")).toEqual(ranking);
    expect(levelToggled(ranking, "a")).toEqual(ranking);
  });
  test("level with the one above, and back below it", () => {
    const joined = levelToggled(ranking, "d");
    expect(joined).toEqual([["a"], ["b", "c", "d"]]);
    expect(levelToggled(joined, "d")).toEqual([["a"], ["b", "c"], ["d"]]);
  });
  test("put down on its own place, nothing changes", () => {
    expect(dropped(ranking, "d", { kind: "before", place: 3 })).toEqual(ranking);
    expect(dropped(ranking, "b", { kind: "onto", place: 1 })).toEqual([["a"], ["c", "b"], ["d"]]);
  });
});

describe("what is no ranking", () => {
  test.each([
    [undefined],
    [null],
    ["a"],
    [{ ranking: "abcde" }],
    [{ ranking: [["a"], "b"] }],
    [{ ranking: [["a"], ["b"]] }],
    [{ ranking: [["a", "b", "c", "d"], ["a"]] }],
    [{ ranking: [["a", "b", "c", "d", "x"]] }],
  ])("%j", (value) => {
    expect(rankingAnswerOf(value, FIELD).ranking).toBeUndefined();
  });

  test("none acceptable without an order is an incomplete answer, not a ranking in the order shown", () => {
    expect(rankingValue({ ranking: undefined, isNoneGood: true }, FIELD)).toEqual({
      ranking: [],
      both_bad: true,
    });
    expect(rankingValue({ ranking: undefined, isNoneGood: false }, FIELD)).toBeUndefined();
  });
});
