import type { EntryId } from "@/editor-core/changes";
import type { Said } from "@/editors/text/editing";
import { addRelation, allowedTypes, endPointers, typesFrom } from "@/editors/text/relations";
import type { TextSession } from "@/editors/text/text-session";
import type { RelationTypeDeclaration } from "@/interface/declaration";

/** Begin a relation from the selected span. With two spans selected both ends are chosen. */
export function beginRelation(
  session: TextSession,
  pointer?: string,
  type: string | null = null,
): Said | null {
  const [from, to] = session.selectedSpans;
  if (from === undefined) return { key: "said.selectFirst" };
  const { document } = session.task;
  const placed = session.relations.find(
    (each) =>
      (pointer === undefined || each.pointer === pointer) &&
      typesFrom(each, document, from).some((declared) => type === null || declared.value === type),
  );
  if (placed === undefined) return { key: "said.noRelationFrom" };
  session.state.setState({ draft: { placed, from, to: null, type } });
  session.select([from]);
  return to === undefined ? { key: "said.chooseTarget" } : chooseTarget(session, to);
}

/** The other end was chosen. Where only one type fits, or one was picked before, the relation is made. */
export function chooseTarget(session: TextSession, to: EntryId): Said | null {
  const { draft } = session.state.getState();
  if (draft === null) return null;
  const types = allowedTypes(draft.placed, session.task.document, draft.from, to);
  const picked = draft.type === null ? null : types.find((each) => each.value === draft.type);
  if (types.length === 0 || picked === undefined) return { key: "said.notAllowed" };
  const only = picked ?? (types.length === 1 ? types[0] : undefined);
  if (only !== undefined) return finishRelation(session, only.value, to);
  session.state.setState({ draft: { ...draft, to } });
  session.select([draft.from, to]);
  session.view?.show(session.spans.get(to)?.start ?? 0);
  return { key: "said.chooseType" };
}

/** Make the relation that was begun. */
export function finishRelation(session: TextSession, type: string, target?: EntryId): Said | null {
  const { draft } = session.state.getState();
  const to = target ?? draft?.to ?? null;
  if (draft === null || to === null) return null;
  const id = addRelation(draft.placed, session.task.document, draft.from, to, type);
  session.state.setState({ draft: null });
  if (id === null) return { key: "said.linkedAlready" };
  session.goTo(draft.from);
  const option = draft.placed.field.types.find(({ value }) => value === type);
  return { key: "said.linked", option };
}

/** Go to the next span that the relation begun may lead to. */
export function goToNextTarget(session: TextSession, direction: 1 | -1): boolean {
  const { draft } = session.state.getState();
  if (draft === null) return false;
  const { document } = session.task;
  const start = session.selectedSpans.find((id) => id !== draft.from) ?? draft.from;
  let span = session.spans.get(start) ?? null;
  for (let turn = 0; turn < session.spans.size && span !== null; turn += 1) {
    span = session.spans.next(span, direction) ?? edgeSpan(session, direction);
    if (span === null || span.id === start) break;
    const types = allowedTypes(draft.placed, document, draft.from, span.id);
    if (types.some((each) => draft.type === null || each.value === draft.type)) {
      session.select([draft.from, span.id]);
      session.view?.show(span.start);
      return true;
    }
  }
  return false;
}

/** The first span when one goes on behind the last, and the other way round. */
function edgeSpan(session: TextSession, direction: 1 | -1) {
  return session.spans.next(direction > 0 ? 0 : session.text.length + 1, direction);
}

/** The types that can be picked now: those between both ends once the second is known. */
export function typesToPick(session: TextSession): readonly RelationTypeDeclaration[] {
  const { draft } = session.state.getState();
  if (draft === null) return [];
  const to = draft.to ?? session.selectedSpans.find((id) => id !== draft.from);
  const { document } = session.task;
  return to === undefined
    ? typesFrom(draft.placed, document, draft.from)
    : allowedTypes(draft.placed, document, draft.from, to);
}

/** A relation type's key: it finishes the relation begun, or begins one of this type. */
export function pickType(session: TextSession, pointer: string, type: string): Said | null {
  const { draft } = session.state.getState();
  if (draft === null || draft.placed.pointer !== pointer) return beginRelation(session, pointer, type);
  const to = draft.to ?? session.selectedSpans.find((id) => id !== draft.from);
  if (to !== undefined) {
    const allowed = typesToPick(session).some((each) => each.value === type);
    return allowed ? finishRelation(session, type, to) : { key: "said.notAllowed" };
  }
  session.state.setState({ draft: { ...draft, type } });
  return { key: "said.chooseTarget" };
}

/** Whether a region can be the other end of the relation begun. */
export function canBeTarget(session: TextSession, id: EntryId): boolean {
  const { draft } = session.state.getState();
  if (draft === null || id === draft.from) return false;
  const [, pointer] = endPointers(draft.placed);
  return (
    id.startsWith(`${pointer}#`) &&
    allowedTypes(draft.placed, session.task.document, draft.from, id).length > 0
  );
}
