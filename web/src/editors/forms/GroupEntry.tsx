import { useMemo } from "react";
import type { PlacedField } from "@/editors/contract";
import { FieldForm } from "@/editors/forms/FieldForm";
import classes from "@/editors/forms/Forms.module.css";
import type { GroupField } from "@/interface/declaration";
import { placedInGroup } from "@/interface/placed";

/** The fields of a group for one of its elements: a turn, a response, a criterion. */
export function GroupEntry(props: { readonly placed: PlacedField<GroupField>; readonly element: string }) {
  const { placed, element } = props;
  const fields = useMemo(() => placedInGroup(placed, element), [placed, element]);
  return (
    <div className={classes.entry} data-group-entry={element}>
      <FieldForm fields={fields} />
    </div>
  );
}
