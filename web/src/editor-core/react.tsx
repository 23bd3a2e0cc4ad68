/** How React components see an open task: they subscribe to what they show, and to nothing else. */
import { createContext, useCallback, useContext, useSyncExternalStore } from "react";
import { useStore } from "zustand";
import type { Entry, EntryId } from "@/editor-core/changes";
import type { SelectionState } from "@/editor-core/selection";
import type { EditorTask } from "@/editor-core/task";
import type { Json } from "@/interface/declaration";

const EditorTaskContext = createContext<EditorTask | null>(null);
export const EditorTaskProvider = EditorTaskContext.Provider;

export function useEditorTask(): EditorTask {
  const task = useContext(EditorTaskContext);
  if (task === null) throw new Error("There is no open task around this component");
  return task;
}

export function useEntry(id: EntryId): Entry | undefined {
  const { document } = useEditorTask();
  const subscribe = useCallback((listener: () => void) => document.subscribeTo(id, listener), [document, id]);
  return useSyncExternalStore(subscribe, () => document.get(id));
}

/** A field's value by its pointer. */
export function useValue(pointer: string): Json | undefined {
  return useEntry(pointer)?.value;
}

/** The regions or relations of a field, lowest first. */
export function useEntriesUnder(pointer: string): readonly Entry[] {
  const { document } = useEditorTask();
  const subscribe = useCallback(
    (listener: () => void) => document.subscribeTo(pointer, listener),
    [document, pointer],
  );
  return useSyncExternalStore(subscribe, () => document.under(pointer));
}

export function useSelection<T>(selector: (state: SelectionState) => T): T {
  return useStore(useEditorTask().selection, selector);
}
