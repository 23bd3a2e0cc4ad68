import { useCallback, useMemo, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { type EntryId, pointerOf } from "@/editor-core/changes";
import { useEditorTask, useSelection } from "@/editor-core/react";
import { classColor } from "@/editors/colors";
import { AttributeForm } from "@/editors/forms/AttributeForm";
import { declaredClass, type PlacedRegions, setAttribute } from "@/editors/regions/actions";
import { sharedAttributes } from "@/editors/regions/attributes";
import classes from "@/editors/regions/Regions.module.css";
import type { ClassDeclaration, Json } from "@/interface/declaration";
import { placedFields } from "@/interface/placed";
import { optionTitle } from "@/interface/texts";

/** The attributes of what is selected; of several regions of one class, those that they share. */
export function RegionAttributes({ placed }: { readonly placed: PlacedRegions }) {
  const { t } = useTranslation("regions");
  const { document } = useEditorTask();
  const selected = useSelection((state) => state.selected);
  const own = useMemo(
    () => selected.filter((id) => pointerOf(id) === placed.pointer),
    [selected, placed.pointer],
  );
  const subscribe = useCallback(
    (listener: () => void) => document.subscribeTo(placed.pointer, listener),
    [document, placed.pointer],
  );
  const names = useSyncExternalStore(subscribe, () =>
    [...new Set(own.map((id) => document.region(id)?.class ?? ""))].sort().join("\n"),
  );
  if (own.length === 0) return null;
  const declared = declaredClass(placed.field, names);
  if (declared !== undefined && (declared.attributes?.length ?? 0) === 0) return null;
  if (declared !== undefined) return <OfClass placed={placed} declared={declared} ids={own} />;
  const anyAttributes = placed.field.classes.some((each) => (each.attributes?.length ?? 0) > 0);
  return anyAttributes && names.includes("\n") ? <p className={classes.hint}>{t("mixedClasses")}</p> : null;
}

interface OfClassProps {
  readonly placed: PlacedRegions;
  readonly declared: ClassDeclaration;
  readonly ids: readonly EntryId[];
}

function OfClass({ placed, declared, ids }: OfClassProps) {
  const { t, i18n } = useTranslation("regions");
  const { document, readOnly, selection } = useEditorTask();
  const subscribe = useCallback(
    (listener: () => void) => {
      const stops = ids.map((id) => document.subscribeTo(id, listener));
      return () => {
        for (const stop of stops) stop();
      };
    },
    [document, ids],
  );
  const shared = useSyncExternalStore(subscribe, () => sharedAttributes(document, ids));
  const isLocked = useSelection(({ locked }) => ids.every((id) => locked.has(id)));
  const fields = useMemo(
    () => placedFields(declared.attributes ?? [], `${ids[0]}/attributes`, `${placed.path}.${declared.value}`),
    [declared, ids, placed.path],
  );
  const onChange = useCallback(
    (name: string, value: Json | undefined, isTyping: boolean) => {
      const field = declared.attributes?.find((each) => each.name === name);
      if (field === undefined) return;
      const { locked } = selection.getState();
      const free = ids.filter((id) => !locked.has(id));
      setAttribute(
        document,
        free,
        field,
        value,
        isTyping ? `attribute ${free.join(" ")} ${name}` : undefined,
      );
    },
    [declared, ids, document, selection],
  );
  const place = document.under(placed.pointer).findIndex(({ id }) => id === ids[0]);
  const answerPointer = ids.length === 1 ? `${placed.pointer}/${place}/attributes` : undefined;
  const title = optionTitle(declared, i18n.language);
  const first = document.region(ids[0] as EntryId);
  return (
    <section className={classes.attributes} aria-label={t("attributes")}>
      <p className={classes.heading}>
        <span
          className={classes.swatch}
          style={{ ["--class-color" as string]: classColor(placed.field, declared.value) }}
        />
        {ids.length === 1 ? `${title} ${first?.id ?? ""}` : t("several", { count: ids.length, class: title })}
      </p>
      {shared.differing.length > 0 && <p className={classes.hint}>{t("differing")}</p>}
      <AttributeForm
        key={ids.length === 1 ? ids[0] : declared.value}
        fields={fields}
        values={shared.values}
        onChange={onChange}
        readOnly={readOnly || isLocked}
        {...(answerPointer !== undefined && { answerPointer })}
      />
    </section>
  );
}
