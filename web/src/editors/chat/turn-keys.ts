/** From turn to turn by keys, through all conversations of a task in the order they stand on the screen. */
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useEditorTask } from "@/editor-core/react";
import type { EditorTask } from "@/editor-core/task";

/** How many conversations of a task are on the screen: they share the keys. */
const shown = new WeakMap<EditorTask, { count: number; stop: () => void }>();

export function useTurnKeys(): void {
  const { t } = useTranslation("chat");
  const task = useEditorTask();
  useEffect(() => {
    const group = t("group");
    const known = shown.get(task) ?? {
      count: 0,
      stop: task.commands.register("editor", [
        {
          id: "chat.nextTurn",
          label: t("nextTurn"),
          keys: ["]", "Alt+ArrowDown"],
          group,
          run: () => goToTurn(1),
        },
        {
          id: "chat.previousTurn",
          label: t("previousTurn"),
          keys: ["[", "Alt+ArrowUp"],
          group,
          run: () => goToTurn(-1),
        },
      ]),
    };
    known.count += 1;
    shown.set(task, known);
    return () => {
      known.count -= 1;
      if (known.count > 0) return;
      known.stop();
      shown.delete(task);
    };
  }, [task, t]);
}

/** The turn that holds the focus, or before or after which the focus stands, decides where one goes from. */
function goToTurn(step: 1 | -1): void {
  const turns = [...document.querySelectorAll<HTMLElement>("[data-turn]")];
  const from = document.activeElement;
  const here = turns.findIndex((turn) => turn.contains(from));
  const next = here >= 0 ? turns[here + step] : step === 1 ? turns[0] : turns.at(-1);
  if (next === undefined) return;
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}
