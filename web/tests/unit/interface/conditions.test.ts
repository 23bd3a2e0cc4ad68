import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { holds } from "@/interface/conditions";
import type { Json } from "@/interface/declaration";
import type { JsonObject } from "@/interface/json";

interface Vector {
  readonly name: string;
  readonly condition: Json;
  readonly answer: JsonObject;
  readonly expected: boolean;
}

const path = resolve(import.meta.dirname, "../../../../src/assay/interface/condition_vectors.json");
const vectors = JSON.parse(readFileSync(path, "utf8")) as Vector[];

test("there are vectors", () => expect(vectors.length).toBeGreaterThan(20));

test.each(vectors)("$name", ({ condition, answer, expected }) => {
  expect(holds(condition, answer)).toBe(expected);
});
