import { useTranslation } from "react-i18next";
import { useEditorTask, useValue } from "@/editor-core/react";
import type { PlacedField } from "@/editors/contract";
import classes from "@/editors/forms/Forms.module.css";
import { same } from "@/interface/conditions";
import type { FieldDeclaration, Json, OptionDeclaration } from "@/interface/declaration";
import { optionTitle } from "@/interface/texts";

/** Who answered what in the other answers, and whether that differs. */
export function OverlayMarks({ placed }: { readonly placed: PlacedField }) {
  const { t, i18n } = useTranslation("forms");
  const { overlays } = useEditorTask();
  const own = useValue(placed.pointer);
  if (overlays.length === 0 || ["group", "regions", "relations"].includes(placed.field.type)) return null;
  return (
    <ul className={classes.overlays}>
      {overlays.map(({ id, name, color, document }) => {
        const value = document.value(placed.pointer);
        const differs = !same(value, own);
        return (
          <li key={id} data-differs={differs || undefined}>
            <span className={classes.swatch} style={{ background: color }} />
            {name}: {value === undefined ? t("noAnswer") : shown(placed.field, value, i18n.language)}
            {differs && <span className={classes.differs}> {t("differs")}</span>}
          </li>
        );
      })}
    </ul>
  );
}

function shown(field: FieldDeclaration, value: Json, language: string): string {
  if (Array.isArray(value)) return value.map((each: Json) => shown(field, each, language)).join(", ");
  if (field.type === "choice" && typeof value === "string") {
    const option = find(field.options, value);
    return option === undefined ? value : optionTitle(option, language);
  }
  if (typeof value === "number") return new Intl.NumberFormat(language).format(value);
  return typeof value === "string" ? value : JSON.stringify(value);
}

function find(options: readonly OptionDeclaration[], value: string): OptionDeclaration | undefined {
  for (const option of options) {
    const found = option.value === value ? option : find(option.options ?? [], value);
    if (found !== undefined) return found;
  }
  return undefined;
}
