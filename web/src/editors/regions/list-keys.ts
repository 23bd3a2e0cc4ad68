import type { EntryId } from "@/editor-core/changes";

/** Which row of a list the keyboard is at, and what is selected in it. */
export interface ListPosition {
  readonly selected: readonly EntryId[];
  /** Row the keyboard is at; null before it was used. */
  readonly active: EntryId | null;
  /** Row at which a range began. */
  readonly anchor: EntryId | null;
}

export type ListStep = "next" | "previous" | "first" | "last" | "pageDown" | "pageUp";

const STEPS: Readonly<Record<string, ListStep>> = {
  ArrowDown: "next",
  ArrowUp: "previous",
  Home: "first",
  End: "last",
  PageDown: "pageDown",
  PageUp: "pageUp",
};

/** The step that a key means in a list; undefined for another key. */
export function listStep(key: string): ListStep | undefined {
  return Object.hasOwn(STEPS, key) ? STEPS[key] : undefined;
}

/** Where a step leads. `extend` selects from the anchor to there. `page` is how many rows are seen at once. */
export function stepped(
  ids: readonly EntryId[],
  position: ListPosition,
  step: ListStep,
  extend: boolean,
  page: number,
): ListPosition {
  const here = position.active === null ? -1 : ids.indexOf(position.active);
  const target = ids[targetOf(step, here, ids.length, page)];
  return target === undefined ? position : picked(ids, position, target, extend ? "range" : "only");
}

function targetOf(step: ListStep, here: number, count: number, page: number): number {
  const last = count - 1;
  switch (step) {
    case "first":
      return 0;
    case "last":
      return last;
    case "next":
      return Math.min(last, here + 1);
    case "previous":
      return here < 0 ? last : Math.max(0, here - 1);
    case "pageDown":
      return Math.min(last, here + page);
    case "pageUp":
      return Math.max(0, here - page);
  }
}

export type PickHow = "only" | "toggle" | "range";

/** A row was picked: by itself, in addition or not any more, or all from the anchor to it. */
export function picked(
  ids: readonly EntryId[],
  position: ListPosition,
  id: EntryId,
  how: PickHow,
): ListPosition {
  if (how === "toggle") {
    const others = position.selected.filter((each) => each !== id);
    const selected = others.length < position.selected.length ? others : [...others, id];
    return { selected, active: id, anchor: id };
  }
  const from = how === "range" && position.anchor !== null ? ids.indexOf(position.anchor) : -1;
  if (from < 0) return { selected: [id], active: id, anchor: id };
  const to = ids.indexOf(id);
  const range = ids.slice(Math.min(from, to), Math.max(from, to) + 1);
  return { selected: range, active: id, anchor: position.anchor };
}
