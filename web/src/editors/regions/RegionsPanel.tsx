import { useCallback, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useEditorTask } from "@/editor-core/react";
import type { FieldWidgetProps } from "@/editors/contract";
import { ClassPalette } from "@/editors/regions/ClassPalette";
import { type ClassPick, pickClass } from "@/editors/regions/class-picking";
import { RegionAttributes } from "@/editors/regions/RegionAttributes";
import { RegionList } from "@/editors/regions/RegionList";
import classes from "@/editors/regions/Regions.module.css";
import { RegionListing } from "@/editors/regions/region-listing";
import { useClassKeys } from "@/editors/regions/use-class-keys";
import type { RegionsField } from "@/interface/declaration";
import { optionTitle } from "@/interface/texts";

/** The regions of a field: its classes, every region in a list, the attributes of those selected. */
export function RegionsPanel({ placed: given }: FieldWidgetProps<RegionsField>) {
  const { t, i18n } = useTranslation("regions");
  const task = useEditorTask();
  const { field, pointer, path } = given;
  const placed = useMemo(() => ({ field, pointer, path }), [field, pointer, path]);
  const listing = useMemo(() => new RegionListing(task.document, pointer), [task, pointer]);
  const [said, setSaid] = useState("");
  const onPick = useCallback(
    (className: string) => {
      const declared = field.classes.find(({ value }) => value === className);
      if (declared === undefined) return;
      const pick = pickClass(task, placed, className);
      const values = {
        class: optionTitle(declared, i18n.language),
        geometry: t(`geometry.${declared.geometry}`),
      };
      setSaid(
        saidOf(pick)
          .map(({ key, count }) => t(key, { ...values, count }))
          .join(" "),
      );
    },
    [task, placed, field, i18n.language, t],
  );
  const keys = useClassKeys(placed, onPick);
  return (
    <div className={classes.panel}>
      <ClassPalette placed={placed} listing={listing} keys={keys} onPick={onPick} />
      <p className={classes.said} role="status">
        {said}
      </p>
      <RegionList placed={placed} listing={listing} onSay={setSaid} />
      <RegionAttributes placed={placed} />
    </div>
  );
}

/** What to say about a class that was chosen: keys of the texts, each with a number. */
function saidOf(pick: ClassPick): readonly { readonly key: string; readonly count: number }[] {
  if (pick.kind === "taken") return [];
  if (pick.kind === "active") return [{ key: "said.active", count: 1 }];
  const { changed, unfit, locked } = pick;
  return [
    { key: "said.relabelled", count: changed },
    { key: "said.unfit", count: unfit },
    { key: "said.locked", count: locked },
  ].filter(({ count }) => count > 0);
}
