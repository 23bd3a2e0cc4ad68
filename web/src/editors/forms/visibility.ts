import { useCallback, useMemo, useSyncExternalStore } from "react";
import { useEditorTask } from "@/editor-core/react";
import type { PlacedField } from "@/editors/contract";
import { AnswerReader } from "@/interface/answers";
import { isAsked, namesIn } from "@/interface/conditions";
import type { FieldDeclaration } from "@/interface/declaration";
import { levelOf } from "@/interface/placed";
import { parentPointer } from "@/interface/pointers";

/** Those of the fields of one level whose conditions hold now. */
export function useAskedFields(fields: readonly PlacedField[]): readonly PlacedField[] {
  const { document, declaration, data } = useEditorTask();
  const first = fields[0];
  const path = first?.path ?? "";
  const pointer = parentPointer(first?.pointer ?? "");
  const level = useMemo(() => levelOf(declaration, path), [declaration, path]);
  const needed = useMemo(() => lookedAt(fields, level), [fields, level]);
  const subscribe = useCallback(
    (listener: () => void) => (needed.size === 0 ? () => undefined : document.subscribe(listener)),
    [document, needed],
  );
  const askedNames = useSyncExternalStore(subscribe, () => {
    if (needed.size === 0) return null;
    const values = new AnswerReader(document, declaration, data).level(level, pointer, needed);
    return fields.flatMap(({ field }) => (isAsked(field, values) ? [field.name] : [])).join(" ");
  });
  return useMemo(() => {
    if (askedNames === null) return fields;
    const asked = new Set(askedNames.split(" "));
    return fields.filter(({ field }) => asked.has(field.name));
  }, [fields, askedNames]);
}

/** Names of the fields on which it depends whether some of a level are asked. */
function lookedAt(fields: readonly PlacedField[], level: readonly FieldDeclaration[]): ReadonlySet<string> {
  const names = new Set<string>();
  const look = (field: FieldDeclaration | undefined) => {
    for (const name of namesIn(field?.when)) {
      if (names.has(name)) continue;
      names.add(name);
      look(level.find((each) => each.name === name));
    }
  };
  for (const { field } of fields) look(field);
  return names;
}
