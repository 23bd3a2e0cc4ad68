import { createStore, useStore } from "zustand";
import { useEditorTask } from "@/editor-core/react";
import type { AnswerProblem, ProblemStore } from "@/editor-core/task";

const none: ProblemStore = createStore(() => ({ shown: [] }));
const EMPTY: readonly AnswerProblem[] = [];

/** The shown problems of a field: those at its pointer, and with `within` those inside its value. */
export function useShownProblems(pointer: string, within: boolean): readonly AnswerProblem[] {
  const shown = useStore(useEditorTask().problems ?? none, (state) => state.shown);
  if (shown.length === 0) return EMPTY;
  return shown.filter(({ path }) => path === pointer || (within && path.startsWith(`${pointer}/`)));
}
