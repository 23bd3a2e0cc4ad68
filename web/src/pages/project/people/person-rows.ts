import type { Schemas } from "@/api/client";

/** One who is, or was, in a project, with what they did there. */
export interface PersonRow {
  readonly pseudonym: string;
  /** Undefined for somebody who worked here and is no member any more. */
  readonly member?: Schemas["Member"];
  readonly annotated?: Schemas["AnnotatorFigures"];
  readonly reviewed?: Schemas["AnnotatorFigures"];
  /** When they last submitted or skipped anything here. */
  readonly lastAt?: string;
}

const RANKS: readonly Schemas["Role"][] = ["owner", "manager", "reviewer", "annotator", "viewer"];

/** Members by role and name, each with their figures; then those who left. */
export function personRows(
  members: readonly Schemas["Member"][],
  figures: readonly Schemas["AnnotatorFigures"][],
): readonly PersonRow[] {
  const rows = new Map<string, PersonRow>();
  for (const member of [...members].sort(byRoleAndName))
    rows.set(member.pseudonym, { pseudonym: member.pseudonym, member });
  for (const figure of figures) {
    const row = rows.get(figure.annotator) ?? { pseudonym: figure.annotator };
    const stage = figure.stage === "review" ? { reviewed: figure } : { annotated: figure };
    const isLater = row.lastAt === undefined || row.lastAt < figure.last_at;
    rows.set(figure.annotator, { ...row, ...stage, lastAt: isLater ? figure.last_at : row.lastAt });
  }
  return [...rows.values()];
}

function byRoleAndName(one: Schemas["Member"], other: Schemas["Member"]): number {
  const rank = RANKS.indexOf(one.role) - RANKS.indexOf(other.role);
  return rank !== 0 ? rank : one.display_name.localeCompare(other.display_name);
}
