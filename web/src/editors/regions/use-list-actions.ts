import { type KeyboardEvent, useCallback, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { EntryId } from "@/editor-core/changes";
import { useEditorTask } from "@/editor-core/react";
import { type PlacedRegions, relationsTo, removeEntries, toggle } from "@/editors/regions/actions";
import { selectedIn } from "@/editors/regions/class-picking";
import { type ListPosition, listStep, type PickHow, picked, stepped } from "@/editors/regions/list-keys";

export interface ListActions {
  /** Row the keyboard is at. */
  readonly active: EntryId | null;
  readonly pick: (id: EntryId, how: PickHow) => void;
  readonly remove: (ids: readonly EntryId[]) => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
}

/** What keys and clicks in a list of regions do. `page` is how many rows are seen at once. */
export function useListActions(
  placed: PlacedRegions,
  ids: readonly EntryId[],
  page: () => number,
  onSay: (text: string) => void,
): ListActions {
  const { t } = useTranslation("regions");
  const task = useEditorTask();
  const [active, setActive] = useState<EntryId | null>(null);
  const at = useRef<Pick<ListPosition, "active" | "anchor">>({ active: null, anchor: null });
  const list = useRef(ids);
  list.current = ids;

  const position = useCallback((): ListPosition => {
    const selected = selectedIn(task.selection, placed.pointer);
    const { active: last, anchor } = at.current;
    // Where something else was selected since, the keyboard goes on from there.
    const here = last !== null && selected.includes(last) ? last : (selected.at(-1) ?? last);
    return { selected, active: here, anchor: here === last ? anchor : here };
  }, [task, placed.pointer]);

  const go = useCallback(
    (next: ListPosition) => {
      at.current = next;
      setActive(next.active);
      task.selection.setState({ selected: next.selected, activeField: placed.pointer });
    },
    [task, placed.pointer],
  );

  const pick = useCallback(
    (id: EntryId, how: PickHow) => go(picked(list.current, position(), id, how)),
    [go, position],
  );

  const remove = useCallback(
    (chosen: readonly EntryId[]) => {
      const { selected, locked } = task.selection.getState();
      const free = chosen.filter((id) => !locked.has(id));
      if (task.readOnly || chosen.length === 0) return;
      const gone = new Set(free);
      const next = neighbour(list.current, gone);
      removeEntries(task.document, relationsTo(task.declaration, placed), free);
      const left = selected.filter((id) => !gone.has(id));
      if (left.length < selected.length) {
        go({ selected: left.length > 0 || next === null ? left : [next], active: next, anchor: next });
      }
      const said = [
        ["said.deleted", free.length],
        ["said.locked", chosen.length - free.length],
      ] as const;
      onSay(said.flatMap(([key, count]) => (count > 0 ? [t(key, { count })] : [])).join(" "));
    },
    [task, placed, go, onSay, t],
  );

  const onKeyDown = (event: KeyboardEvent) => {
    const now = position();
    const step = event.altKey ? undefined : listStep(event.key);
    if (step !== undefined) go(stepped(ids, now, step, event.shiftKey, page()));
    else if (!otherKey(event, now)) return;
    event.preventDefault();
  };

  const otherKey = (event: KeyboardEvent, now: ListPosition): boolean => {
    const { selected, active: here } = now;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const isMod = event.ctrlKey || event.metaKey;
    const canChange = !task.readOnly && !isMod && !event.altKey;
    if (isMod && key === "a") go({ ...now, selected: ids });
    else if (key === " " && here !== null) pick(here, "toggle");
    else if (isMod || event.altKey) return false;
    else if (key === "Enter" && here !== null) task.reveal(here);
    else if (key === "Escape" && selected.length > 0) go({ selected: [], active: here, anchor: null });
    else if (event.shiftKey && key === "h") toggle(task.selection, "hidden", selected);
    else if (canChange && event.shiftKey && key === "l") toggle(task.selection, "locked", selected);
    else if (canChange && (key === "Delete" || key === "Backspace")) remove(selected);
    else return false;
    return true;
  };

  return { active, pick, remove, onKeyDown };
}

/** The row that is selected once others are gone: the one after them, else the one before. */
function neighbour(ids: readonly EntryId[], gone: ReadonlySet<EntryId>): EntryId | null {
  const first = ids.findIndex((id) => gone.has(id));
  if (first < 0) return null;
  const after = ids.slice(first).find((id) => !gone.has(id));
  return after ?? ids.slice(0, first).at(-1) ?? null;
}
