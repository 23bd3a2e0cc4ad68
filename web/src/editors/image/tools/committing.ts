import i18next from "i18next";
import type { AnswerProblem } from "@/editor-core/task";
import type { ToolHost } from "@/editors/image/contract";
import type { GeometryValue } from "@/interface/answer";
import { checkGeometry } from "@/interface/geometry-rules";
import { ProblemList } from "@/interface/problems";

/** Problems of what is no shape at all: there would be nothing to see and to mend. */
const FORMLESS: ReadonlySet<string> = new Set(["positive", "no_area", "no_length"]);

/**
 * The shape becomes a region, and what the server would say against it is told at once. False when it is no
 * shape at all: then the tool keeps what was drawn.
 */
export function commitShape(geometry: GeometryValue, host: ToolHost): boolean {
  const list = new ProblemList();
  checkGeometry(geometry, host.declared, host.frame, "", list);
  const [first] = list.problems;
  if (first === undefined || !FORMLESS.has(first.rule)) host.commit(geometry);
  if (first === undefined) return true;
  tellProblem(first, host);
  return !FORMLESS.has(first.rule);
}

/** Tells a rule that is broken in the words that the answer's form has for it. */
export function tellProblem({ message, values }: Pick<AnswerProblem, "message" | "values">, host: ToolHost) {
  host.say(i18next.t(`problems.${message}`, { ns: "forms", ...values }));
}
