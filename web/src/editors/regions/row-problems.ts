import type { EntryId } from "@/editor-core/changes";
import type { AnswerDocument } from "@/editor-core/document";
import type { AnswerProblem } from "@/editor-core/task";

/** The entry that a path into the answer leads through: "/objects/3/geometry" names the fourth of "/objects". */
export function entryAt(document: AnswerDocument, pointer: string, path: string): EntryId | undefined {
  if (!path.startsWith(`${pointer}/`)) return undefined;
  const place = path.slice(pointer.length + 1).split("/", 1)[0] as string;
  return /^\d+$/.test(place) ? document.under(pointer)[Number(place)]?.id : undefined;
}

/** Problems by the region they are about. Their paths count as long as regions neither come nor go. */
export function problemsByRegion(
  document: AnswerDocument,
  pointer: string,
  problems: readonly AnswerProblem[],
): ReadonlyMap<EntryId, readonly AnswerProblem[]> {
  const found = new Map<EntryId, AnswerProblem[]>();
  for (const problem of problems) {
    const id = entryAt(document, pointer, problem.path);
    if (id !== undefined) found.set(id, [...(found.get(id) ?? []), problem]);
  }
  return found;
}
