import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Markdown } from "@/components/markdown/Markdown";
import type { PlacedField } from "@/editors/contract";
import { FieldForm } from "@/editors/forms/FieldForm";
import { Problems } from "@/editors/forms/FieldRow";
import classes from "@/editors/forms/Forms.module.css";
import { useShownProblems } from "@/editors/forms/shown-problems";
import { useAskedFields } from "@/editors/forms/visibility";
import type { GroupField } from "@/interface/declaration";
import { placedInGroup } from "@/interface/placed";
import { fieldTitle, helpText } from "@/interface/texts";

interface GroupEntryProps {
  readonly placed: PlacedField<GroupField>;
  /** Key of the element: of a turn, a response, a criterion. */
  readonly element: string;
}

/**
 * A group for one of its elements, beside the element: its title and help above its fields. Nothing while the
 * group's own condition does not hold.
 */
export function GroupEntry({ placed, element }: GroupEntryProps) {
  const { i18n } = useTranslation("forms");
  const own = useMemo(() => [placed], [placed]);
  const isShown = useAskedFields(own).length > 0;
  const problems = useShownProblems(placed.pointer, false);
  if (!isShown) return null;
  const help = helpText(placed.field, i18n.language);
  const title = fieldTitle(placed.field, i18n.language);
  return (
    <section aria-label={title}>
      {title !== placed.field.name && <div className={classes.groupTitle}>{title}</div>}
      {help !== undefined && (
        <div className={classes.help}>
          <Markdown text={help} />
        </div>
      )}
      <GroupFields placed={placed} element={element} />
      <Problems problems={problems} />
    </section>
  );
}

/** The fields of a group for one of its elements; without an element those of a group that is asked once. */
export function GroupFields(props: { readonly placed: PlacedField<GroupField>; readonly element?: string }) {
  const { placed, element } = props;
  const fields = useMemo(() => placedInGroup(placed, element), [placed, element]);
  return (
    <div className={classes.entry} data-group-entry={element ?? ""}>
      <FieldForm fields={fields} />
    </div>
  );
}
