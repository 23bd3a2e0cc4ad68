import { createStore } from "zustand/vanilla";
import type { EntryId } from "@/editor-core/changes";

export interface SelectionState {
  /** Selected regions and relations, in the order they were selected. */
  readonly selected: readonly EntryId[];
  readonly hovered: EntryId | null;
  /** Class that the next region gets, by pointer of the regions field. */
  readonly activeClass: Readonly<Record<string, string>>;
  /** Regions not drawn, and regions that cannot be changed. */
  readonly hidden: ReadonlySet<EntryId>;
  readonly locked: ReadonlySet<EntryId>;
  /** Field whose regions the next shape belongs to: its pointer. */
  readonly activeField: string | null;
}

/** What is selected and active in an open task. Views of the same task share it. */
export type SelectionStore = ReturnType<typeof createSelection>;

export function createSelection() {
  return createStore<SelectionState>(() => ({
    selected: [],
    hovered: null,
    activeClass: {},
    hidden: new Set(),
    locked: new Set(),
    activeField: null,
  }));
}
