import { expect, test } from "vitest";
import type { Membership } from "@/app/session";
import { inOrderOfWork, startOf, type Work } from "@/pages/home/work";

function work(role: Membership["role"], counts: Partial<Work>, name = "a project"): Work {
  const membership = { tenant_id: "t", tenant_name: "T", role, projects: null, pseudonym: null };
  const project = { id: name, name } as Work["project"];
  return { membership, project, toAnnotate: 0, toReview: 0, sentBack: 0, submitted: 0, ...counts };
}

test("what came back is first, then what waits, then the rest by name", () => {
  const back = work("annotator", { toAnnotate: 1, sentBack: 1 });
  const much = work("annotator", { toAnnotate: 100 });
  const begun = work("annotator", { toAnnotate: 5, submitted: 3 });
  const finished = work("annotator", { submitted: 9 });
  const empty = work("annotator", {}, "another");
  const sorted = [empty, finished, much, begun, back].sort(inOrderOfWork);
  expect(sorted).toEqual([back, begun, much, finished, empty]);
});

test("a project starts where there is something to do", () => {
  expect(startOf(work("reviewer", { toReview: 2 }))).toBe("review");
  expect(startOf(work("reviewer", { toReview: 2, toAnnotate: 1 }))).toBe("annotate");
  expect(startOf(work("annotator", {}))).toBe("annotate");
  expect(startOf(work("viewer", { toAnnotate: 3 }))).toBeUndefined();
});
