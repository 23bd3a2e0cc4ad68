import { useCallback, useMemo, useRef } from "react";
import { useEditorTask, useValue } from "@/editor-core/react";
import type { Json } from "@/interface/declaration";

/** A field's value and how it is changed: at a pointer of the document, or inside a region. */
export interface ValueBinding {
  readonly value: Json | undefined;
  readonly readOnly: boolean;
  /** undefined takes the answer away. `isTyping`: one of many steps that undo takes back together. */
  readonly set: (value: Json | undefined, isTyping?: boolean) => void;
  /** The run of typing is over: what comes next is undone by itself. */
  readonly endTyping: () => void;
}

let lastRun = 0;

/** The value at a pointer of the open task's document. */
export function useDocumentValue(pointer: string): ValueBinding {
  const task = useEditorTask();
  const value = useValue(pointer);
  const run = useRef(0);
  const endTyping = useCallback(() => {
    run.current = 0;
  }, []);
  const set = useCallback(
    (next: Json | undefined, isTyping = false) => {
      if (task.readOnly) return;
      if (!isTyping) run.current = 0;
      else if (run.current === 0) {
        lastRun += 1;
        run.current = lastRun;
      }
      task.document.change(
        (edit) => (next === undefined ? edit.remove(pointer) : edit.put(pointer, next)),
        isTyping ? { gesture: `typing ${run.current}` } : {},
      );
    },
    [task, pointer],
  );
  return useMemo(
    () => ({ value, readOnly: task.readOnly, set, endTyping }),
    [value, task.readOnly, set, endTyping],
  );
}
