import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Markdown } from "@/components/markdown/Markdown";
import { useEditorTask } from "@/editor-core/react";
import type { PlacedField } from "@/editors/contract";
import classes from "@/editors/forms/Forms.module.css";
import { GroupFields } from "@/editors/forms/GroupEntry";
import type { GroupField } from "@/interface/declaration";
import { elementsOf, type GroupElement, repetitionOf } from "@/interface/elements";
import { fieldTitle, helpText, optionTitle } from "@/interface/texts";

/** A group as a whole: its fields once, or an entry for each criterion, input or element. */
export function GroupEntries({ placed }: { readonly placed: PlacedField<GroupField> }) {
  const { declaration, data } = useEditorTask();
  const elements = useMemo(() => elementsOf(placed.field, declaration, data), [placed, declaration, data]);
  if (repetitionOf(placed.field) === "once") return <GroupFields placed={placed} />;
  return (
    <ol className={classes.entries}>
      {elements.map((element, index) => (
        <li key={element.key}>
          <ElementHeading element={element} index={index} />
          <GroupFields placed={placed} element={element.key} />
        </li>
      ))}
    </ol>
  );
}

function ElementHeading({ element, index }: { readonly element: GroupElement; readonly index: number }) {
  const { t, i18n } = useTranslation("forms");
  const { criterion, input } = element;
  const help = criterion && helpText(criterion, i18n.language);
  const isInput = input?.name === element.key;
  const title = criterion
    ? optionTitle(criterion, i18n.language)
    : isInput && input.title
      ? fieldTitle(input, i18n.language)
      : t("element", { number: index + 1 });
  return (
    <div className={classes.elementHeading}>
      <strong>{title}</strong>
      {help !== undefined && <Markdown text={help} />}
    </div>
  );
}
