import type { AnswerProblem } from "@/editor-core/task";

/** Where problems go while an answer is checked. */
export class ProblemList {
  readonly problems: AnswerProblem[] = [];

  /** `message` is a key of the texts "forms:problems", `values` what is put into it. */
  add(
    path: string,
    rule: string,
    values: Readonly<Record<string, string | number>> = {},
    message = rule,
  ): void {
    this.problems.push({ path, rule, message, values });
  }
}
