import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { editScript } from "@/components/diff/edit-script";
import { diffTexts, type TextChange } from "@/components/diff/text-diff";

const whole = (changes: readonly TextChange[], side: "removed" | "added") =>
  changes
    .filter((change) => change.kind === "same" || change.kind === side)
    .map((change) => change.text)
    .join("");

/** The length of the shortest script, by the textbook table. */
function distance(before: readonly number[], after: readonly number[]): number {
  const table = before.map(() => after.map(() => 0));
  const at = (x: number, y: number) => (x < 0 || y < 0 ? Math.max(x, y) + 1 : (table[x]?.[y] ?? 0));
  before.forEach((old, x) => {
    after.forEach((young, y) => {
      const row = table[x];
      if (row) row[y] = old === young ? at(x - 1, y - 1) : 1 + Math.min(at(x - 1, y), at(x, y - 1));
    });
  });
  return at(before.length - 1, after.length - 1);
}

/** Whether one sequence is the other with a stretch put into it. */
function inOnePlace(before: readonly number[], after: readonly number[]): boolean {
  const [long, short] = before.length > after.length ? [before, after] : [after, before];
  const extra = long.length - short.length;
  return [...short, 0].some(
    (_, from) => [...long.slice(0, from), ...long.slice(from + extra)].join() === short.join(),
  );
}

const sequence = fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 24 });

describe("the edit script", () => {
  it("covers both sequences, keeps only what is the same, and is the shortest", () => {
    fc.assert(
      fc.property(sequence, sequence, (before, after) => {
        const script = editScript(before, after, 100) ?? [];
        let [x, y, edits] = [0, 0, 0];
        for (const stretch of script) {
          if (stretch.same)
            expect(before.slice(x, x + stretch.before)).toEqual(after.slice(y, y + stretch.after));
          else edits += stretch.before + stretch.after;
          x += stretch.before;
          y += stretch.after;
        }
        expect([x, y, edits]).toEqual([before.length, after.length, distance(before, after)]);
        expect(script.every((stretch, index) => script[index + 1]?.same !== stretch.same)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it("gives up only beyond the number of edits allowed, and never on a mere addition or removal", () => {
    fc.assert(
      fc.property(sequence, sequence, fc.integer({ min: 0, max: 30 }), (before, after, most) => {
        const edits = distance(before, after);
        const mere = edits === Math.abs(before.length - after.length);
        expect(editScript(before, after, most) !== null).toBe(
          edits <= most || (mere && inOnePlace(before, after)),
        );
      }),
    );
  });
});

describe("what changed between two texts", () => {
  it("says both texts again, whatever they are", () => {
    const text = fc
      .array(fc.constantFrom("a", "be", " ", "\n", ".", "漢", "字", "é", "👩‍🚀", "\r\n"))
      .map((p) => p.join(""));
    fc.assert(
      fc.property(fc.oneof(text, fc.string()), fc.oneof(text, fc.string()), (before, after) => {
        const changes = diffTexts(before, after);
        expect(whole(changes, "removed")).toBe(before);
        expect(whole(changes, "added")).toBe(after);
        expect(changes.some((change) => change.kind !== "same")).toBe(before !== after);
      }),
    );
  });

  it("compares words, and reads phrases", () => {
    expect(diffTexts("Mark every car.", "Mark every red bus.")).toEqual([
      { kind: "same", text: "Mark every " },
      { kind: "removed", text: "car" },
      { kind: "added", text: "red bus" },
      { kind: "same", text: "." },
    ]);
    expect(diffTexts("one two three", "uno due three").map((change) => change.text)).toEqual([
      "one two",
      "uno due",
      " three",
    ]);
    expect(diffTexts("红色汽车", "蓝色汽车").at(-1)).toEqual({ kind: "same", text: "色汽车" });
    expect(diffTexts("same", "same")).toEqual([{ kind: "same", text: "same" }]);
    expect(diffTexts("", "")).toEqual([]);
  });

  it("stays fast for long texts that share nothing", () => {
    const words = (name: string) =>
      Array.from({ length: 60_000 }, (_, index) => `${name}${index}${index % 12 === 0 ? "\n" : " "}`).join(
        "",
      );
    const [before, after] = [words("a"), words("b")];
    const begun = performance.now();
    const changes = diffTexts(before, after);
    expect(performance.now() - begun).toBeLessThan(2_000);
    expect([whole(changes, "removed"), whole(changes, "added")]).toEqual([before, after]);
  });

  it("compares words inside the lines of a long text that changed throughout", () => {
    const lines = (word: string) =>
      Array.from(
        { length: 700 },
        (_, index) => `line ${index} has the ${word} number ${index}\nkept ${index}\n`,
      );
    const changes = diffTexts(lines("old").join(""), lines("new").join(""));
    expect(changes[1]).toEqual({ kind: "removed", text: "old" });
    expect(changes[2]).toEqual({ kind: "added", text: "new" });
  });
});
