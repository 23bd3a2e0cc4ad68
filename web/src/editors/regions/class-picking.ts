/** What choosing a class does, by its key, in the list or beside a text. */
import { type EntryId, pointerOf } from "@/editor-core/changes";
import type { SelectionStore } from "@/editor-core/selection";
import type { EditorTask } from "@/editor-core/task";
import { type PlacedRegions, relabel, relationsTo } from "@/editors/regions/actions";

/** Takes a chosen class for itself, as a text does while words are selected. False leaves it to the regions. */
export type ClassTaker = (placed: PlacedRegions, className: string) => boolean;

const takers = new WeakMap<SelectionStore, Set<ClassTaker>>();

/** Be asked first when a class is chosen, until the answer is called. */
export function takeClasses(task: EditorTask, taker: ClassTaker): () => void {
  const ofTask = takers.get(task.selection) ?? new Set<ClassTaker>();
  takers.set(task.selection, ofTask.add(taker));
  return () => ofTask.delete(taker);
}

export type ClassPick =
  /** An input's editor took it and has said so itself. */
  | { readonly kind: "taken" }
  /** Nothing of the field was selected: the next region is of this class. */
  | { readonly kind: "active" }
  /** The selected regions are of it now; `unfit` and `locked` ones keep their class. */
  | {
      readonly kind: "relabelled";
      readonly changed: number;
      readonly unfit: number;
      readonly locked: number;
    };

/** A class was chosen: it relabels what is selected in its field, and is the active one from now on. */
export function pickClass(task: EditorTask, placed: PlacedRegions, className: string): ClassPick {
  for (const taker of takers.get(task.selection) ?? []) {
    if (taker(placed, className)) return { kind: "taken" };
  }
  activateClass(task.selection, placed, className);
  const { selected, locked } = task.selection.getState();
  const own = selected.filter((id) => pointerOf(id) === placed.pointer && task.document.get(id));
  if (own.length === 0 || task.readOnly) return { kind: "active" };
  const free = own.filter((id) => !locked.has(id));
  const relations = relationsTo(task.declaration, placed);
  const { changed, unfit } = relabel(task.document, placed, relations, free, className);
  return {
    kind: "relabelled",
    changed: changed.length,
    unfit: unfit.length,
    locked: own.length - free.length,
  };
}

/** The next region of the field is of this class, and the next shape belongs to the field. */
export function activateClass(selection: SelectionStore, placed: PlacedRegions, className: string): void {
  selection.setState((state) => ({
    activeField: placed.pointer,
    activeClass: { ...state.activeClass, [placed.pointer]: className },
  }));
}

/** The class that the next region gets: the chosen one, else the first. */
export function activeClassOf(
  activeClass: Readonly<Record<string, string>>,
  placed: PlacedRegions,
): string | undefined {
  return activeClass[placed.pointer] ?? placed.field.classes[0]?.value;
}

/** The selected regions of one field. */
export function selectedIn(selection: SelectionStore, pointer: string): readonly EntryId[] {
  return selection.getState().selected.filter((id) => pointerOf(id) === pointer);
}
