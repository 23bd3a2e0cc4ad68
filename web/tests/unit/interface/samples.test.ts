import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { AnswerDocument } from "@/editor-core/document";
import type { ItemData } from "@/editor-core/task";
import type { Answer } from "@/interface/answer";
import { answerOf, entriesOf } from "@/interface/answers";
import type { InterfaceDeclaration } from "@/interface/declaration";
import { problemsOf } from "@/interface/validation";

interface Sample {
  readonly example: string;
  readonly data: ItemData;
  readonly answers: readonly Answer[];
}

const examples = resolve(import.meta.dirname, "../../../../examples/interfaces");
/** Written by write_samples.py: answers that the server calls valid. */
const samples = JSON.parse(readFileSync(resolve(import.meta.dirname, "samples.json"), "utf8")) as Sample[];

test("every example has samples", () => {
  const names = readdirSync(examples).map((name) => name.replace(".json", ""));
  expect(samples.map(({ example }) => example)).toEqual(names.sort());
});

describe.each(samples)("$example", ({ example, data, answers }) => {
  const declaration = JSON.parse(
    readFileSync(resolve(examples, `${example}.json`), "utf8"),
  ) as InterfaceDeclaration;

  test.each(answers.map((answer, index) => ({ answer, index })))("answer $index comes back", ({ answer }) => {
    const document = new AnswerDocument(entriesOf(answer, declaration));
    expect(answerOf(document, declaration, data)).toEqual(answer);
    expect(problemsOf(document, declaration, data)).toEqual([]);
  });
});
