/**
 * The server's keys for the options of fields. A field of a group stands on the screen once per element; its
 * keys then answer the element that has the focus, else the first that has no answer.
 */
import { useEffect, useMemo, useRef } from "react";
import type { EditorTask } from "@/editor-core/task";
import type { Hotkeys } from "@/interface/declaration";

export interface KeyTarget {
  readonly path: string;
  /** The field's title in the person's language, as the options' labels are. */
  readonly heading: string;
  readonly language: string;
  /** Values that can be picked, with what they are called. */
  readonly options: readonly { readonly value: string; readonly label: string }[];
  readonly pick: (value: string) => void;
  readonly isAnswered: () => boolean;
  readonly element: () => HTMLElement | null;
}

class KeysOfPath {
  readonly #targets = new Set<{ readonly current: KeyTarget }>();
  #unregister: (() => void) | undefined;

  add(task: EditorTask, target: { readonly current: KeyTarget }): void {
    this.#targets.add(target);
    this.#unregister ??= task.commands.register("editor", this.#commands(task, target.current));
  }

  /** Whether that was the last one. */
  remove(target: { readonly current: KeyTarget }): boolean {
    this.#targets.delete(target);
    if (this.#targets.size > 0) return false;
    this.#unregister?.();
    return true;
  }

  #commands(task: EditorTask, { path, heading, options }: KeyTarget) {
    const keys = keysOf(task.hotkeys, path);
    return options.flatMap(({ value, label }) => {
      const key = keys.get(value);
      if (key === undefined) return [];
      const run = () => this.#chosen()?.pick(value);
      return [
        {
          id: `field.${path}.${value}`,
          label,
          keys: [key],
          group: heading,
          enabled: () => !task.readOnly,
          run,
        },
      ];
    });
  }

  #chosen(): KeyTarget | undefined {
    const all = [...this.#targets].map(({ current }) => current).sort(inReadingOrder);
    const focused = document.activeElement?.closest("[data-group-entry]");
    const here = focused && all.filter((each) => focused.contains(each.element()));
    const among = here && here.length > 0 ? here : all;
    return among.find((each) => !each.isAnswered()) ?? (among === all ? all.at(-1) : among[0]);
  }
}

function inReadingOrder(first: KeyTarget, second: KeyTarget): number {
  const [a, b] = [first.element(), second.element()];
  if (a === null || b === null) return 0;
  return a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1;
}

const tasks = new WeakMap<EditorTask, Map<string, KeysOfPath>>();

/** Key of each value of a field, by the server's allocation. */
export function keysOf(hotkeys: Hotkeys, path: string): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(hotkeys).flatMap(([key, target]) => (target.field === path ? [[target.value, key]] : [])),
  );
}

/** Answer the field by the server's keys while it is shown; the answer is the key of each value. */
export function useFieldKeys(task: EditorTask, target: KeyTarget): ReadonlyMap<string, string> {
  const current = useRef(target);
  useEffect(() => {
    current.current = target;
  });
  const { path, language } = target;
  // Another language registers the commands anew, with their titles in it.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  useEffect(() => {
    const paths = tasks.get(task) ?? new Map<string, KeysOfPath>();
    tasks.set(task, paths);
    const keys = paths.get(path) ?? new KeysOfPath();
    paths.set(path, keys);
    keys.add(task, current);
    return () => {
      if (keys.remove(current)) paths.delete(path);
    };
  }, [task, path, language]);
  return useMemo(() => keysOf(task.hotkeys, path), [task, path]);
}
