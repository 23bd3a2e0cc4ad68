import { useCallback, useMemo, useSyncExternalStore } from "react";
import { useEditorTask } from "@/editor-core/react";
import type { PlacedField } from "@/editors/contract";
import { AnswerReader } from "@/interface/answers";
import { isAsked, namesIn } from "@/interface/conditions";
import { levelOf } from "@/interface/placed";
import { parentPointer } from "@/interface/pointers";

/** Those of the fields of one level whose conditions hold now. */
export function useAskedFields(fields: readonly PlacedField[]): readonly PlacedField[] {
  const { document, declaration, data } = useEditorTask();
  const first = fields[0];
  const path = first?.path ?? "";
  const pointer = parentPointer(first?.pointer ?? "");
  const level = useMemo(() => levelOf(declaration, path), [declaration, path]);
  const needed = useMemo(() => new Set(level.flatMap((field) => [...namesIn(field.when)])), [level]);
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
