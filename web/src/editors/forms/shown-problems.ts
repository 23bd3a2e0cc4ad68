import { createStore, useStore } from "zustand";
import { type ChangeSet, pointerOf, steps } from "@/editor-core/changes";
import { useEditorTask } from "@/editor-core/react";
import type { AnswerProblem, EditorTask, ProblemStore } from "@/editor-core/task";

const none: ProblemStore = createStore(() => ({ shown: [] }));
const EMPTY: readonly AnswerProblem[] = [];

/** The shown problems of a field: those at its pointer, and with `within` those inside its value. */
export function useShownProblems(pointer: string, within: boolean): readonly AnswerProblem[] {
  const shown = useStore(useEditorTask().problems ?? none, (state) => state.shown);
  if (shown.length === 0) return EMPTY;
  return shown.filter(({ path }) => (within ? isWithin(path, pointer) : path === pointer));
}

/** Once somebody changes a field, what was wrong with it is not shown any more. The answer ends it. */
export function forgetChanged({ document, problems }: EditorTask): () => void {
  if (problems === undefined) return () => undefined;
  return document.subscribe((change) => {
    const { shown } = problems.getState();
    if (shown.length === 0) return;
    const changed = pointersOf(change);
    const left = shown.filter(({ path }) => !changed.some((each) => isWithin(path, each)));
    if (left.length < shown.length) problems.setState({ shown: left });
  });
}

function pointersOf(change: ChangeSet): readonly string[] {
  return [...new Set([...steps(change)].map(([id]) => pointerOf(id)))];
}

function isWithin(path: string, pointer: string): boolean {
  return path === pointer || path.startsWith(`${pointer}/`);
}
