import type { Entry, EntryId } from "@/editor-core/changes";
import type { AnswerDocument } from "@/editor-core/document";
import type { AnswerProblem } from "@/editor-core/task";

/** The entry that a path into the answer leads through: "/objects/3/geometry" names the fourth of "/objects". */
export function entryAt(document: AnswerDocument, pointer: string, path: string): EntryId | undefined {
  if (!path.startsWith(`${pointer}/`)) return undefined;
  const place = path.slice(pointer.length + 1).split("/", 1)[0] as string;
  return /^\d+$/.test(place) ? document.under(pointer)[Number(place)]?.id : undefined;
}

/** Problems of a region, and the entry as it was when they were found: once it has changed, they are old. */
export interface RowProblems {
  readonly entry: Entry;
  readonly problems: readonly AnswerProblem[];
}

/** Problems by the region they are about. Their paths count as long as regions neither come nor go. */
export function problemsByRegion(
  document: AnswerDocument,
  pointer: string,
  problems: readonly AnswerProblem[],
): ReadonlyMap<EntryId, RowProblems> {
  const found = new Map<EntryId, RowProblems>();
  for (const problem of problems) {
    const id = entryAt(document, pointer, problem.path);
    const entry = id === undefined ? undefined : document.get(id);
    if (entry === undefined) continue;
    found.set(entry.id, { entry, problems: [...(found.get(entry.id)?.problems ?? []), problem] });
  }
  return found;
}
