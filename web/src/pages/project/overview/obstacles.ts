import type { Schemas } from "@/api/client";

/** What keeps a project from going on; its name is also the key of its text. */
export type ObstacleName =
  | "paused"
  | "archived"
  | "empty"
  | "noAnnotators"
  | "noReviewers"
  | "reviewsWaiting"
  | "idle";

export interface Obstacle {
  readonly name: ObstacleName;
  /** The page of the project on which it is solved. */
  readonly page: "settings" | "imports" | "people" | "review";
  readonly count: number;
}

/** What blocks a project, most important first. Without `members` nothing is said about people. */
export function obstaclesOf(
  project: Pick<Schemas["Project"], "state">,
  figures: Pick<Schemas["ProjectFigures"], "tasks" | "throughput">,
  members: readonly Pick<Schemas["Member"], "role">[] | undefined,
): Obstacle[] {
  const { tasks } = figures;
  const total = Object.values(tasks).reduce((sum, count) => sum + count, 0);
  const waiting = tasks.review ?? 0;
  const open = tasks.open ?? 0;
  const has = (role: Schemas["Role"]) => members?.some((member) => member.role === role) ?? true;
  const found: Obstacle[] = [];
  const add = (when: boolean, name: ObstacleName, page: Obstacle["page"], count = 0) => {
    if (when) found.push({ name, page, count });
  };
  const active = project.state === "active";
  add(project.state === "paused", "paused", "settings");
  add(project.state === "archived", "archived", "settings");
  add(total === 0, "empty", "imports");
  add(active && open > 0 && !has("annotator"), "noAnnotators", "people", open);
  add(active && waiting > 0 && !has("reviewer"), "noReviewers", "people", waiting);
  add(active && waiting > 0 && has("reviewer"), "reviewsWaiting", "review", waiting);
  add(active && open > 0 && has("annotator") && figures.throughput.last_day === 0, "idle", "people", open);
  return found;
}
