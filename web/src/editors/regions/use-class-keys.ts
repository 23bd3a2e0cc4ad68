import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useEditorTask } from "@/editor-core/react";
import { keysOf } from "@/editors/forms/field-keys";
import type { PlacedRegions } from "@/editors/regions/actions";
import { fieldTitle, optionTitle } from "@/interface/texts";

/** The server's keys for the classes of a regions field, on whichever input its regions lie. */
export function useClassKeys(
  placed: PlacedRegions,
  onPick: (className: string) => void,
): ReadonlyMap<string, string> {
  const { i18n } = useTranslation();
  const task = useEditorTask();
  const keys = keysOf(task.hotkeys, placed.path);
  const { language } = i18n;
  useEffect(() => {
    if (task.readOnly) return;
    const ofClasses = keysOf(task.hotkeys, placed.path);
    const commands = placed.field.classes.flatMap((declared) => {
      const key = ofClasses.get(declared.value);
      if (key === undefined) return [];
      return [
        {
          id: `regions.${placed.path}.${declared.value}`,
          label: optionTitle(declared, language),
          group: fieldTitle(placed.field, language),
          keys: [key],
          run: () => onPick(declared.value),
        },
      ];
    });
    return task.commands.register("editor", commands);
  }, [task, placed, language, onPick]);
  return keys;
}
