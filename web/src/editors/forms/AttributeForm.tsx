import { useMemo } from "react";
import type { PlacedField } from "@/editors/contract";
import { FieldRow } from "@/editors/forms/FieldRow";
import classes from "@/editors/forms/Forms.module.css";
import { isPlain, PlainField, type PlainFieldDeclaration } from "@/editors/forms/PlainField";
import { useShownProblems } from "@/editors/forms/shown-problems";
import { askedValues } from "@/interface/answers";
import { isAsked } from "@/interface/conditions";
import type { Json } from "@/interface/declaration";
import type { JsonObject } from "@/interface/json";
import { memberPointer } from "@/interface/pointers";

interface AttributeFormProps {
  /** `path` is that of the declaration ("objects.car.occlusion"); `pointer` any that is unique on the screen. */
  readonly fields: readonly PlacedField[];
  readonly values: JsonObject;
  /** undefined takes the attribute away. `isTyping`: one of many steps that undo takes back together. */
  readonly onChange: (name: string, value: Json | undefined, isTyping: boolean) => void;
  readonly readOnly: boolean;
  /** Pointer of the attributes in the answer ("/objects/3/attributes"): problems there are shown. */
  readonly answerPointer?: string;
}

/** The attributes of a region: the same widgets as fields, their values inside the region. */
export function AttributeForm({ fields, values, onChange, readOnly, answerPointer }: AttributeFormProps) {
  const answered = useMemo(
    () =>
      askedValues(
        fields.map(({ field }) => field),
        values,
      ),
    [fields, values],
  );
  const asked = fields.filter(({ field }) => isAsked(field, answered));
  return (
    <div className={classes.form} data-group-entry="attributes">
      {asked.map(
        ({ field, ...place }) =>
          isPlain(field) && (
            <Attribute
              key={place.pointer}
              placed={{ ...place, field }}
              value={values[field.name]}
              onChange={onChange}
              readOnly={readOnly}
              answerPointer={answerPointer}
            />
          ),
      )}
    </div>
  );
}

interface AttributeProps extends Pick<AttributeFormProps, "onChange" | "readOnly"> {
  readonly placed: PlacedField<PlainFieldDeclaration>;
  readonly value: Json | undefined;
  readonly answerPointer: string | undefined;
}

/** No problem is ever at this place: pointers begin with a slash. */
const NOWHERE = "nowhere";

function Attribute({ placed, value, onChange, readOnly, answerPointer }: AttributeProps) {
  const { name } = placed.field;
  const place = answerPointer === undefined ? NOWHERE : memberPointer(answerPointer, name);
  const problems = useShownProblems(place, true);
  const binding = useMemo(
    () => ({
      value,
      readOnly,
      set: (next: Json | undefined, isTyping = false) => {
        if (!readOnly) onChange(name, next, isTyping);
      },
      endTyping: () => undefined,
    }),
    [value, readOnly, onChange, name],
  );
  return (
    <FieldRow placed={placed} problems={problems} revealedBy={place}>
      {(parts) => (
        <PlainField
          field={placed.field}
          path={placed.path}
          binding={binding}
          isInvalid={problems.length > 0}
          {...parts}
        />
      )}
    </FieldRow>
  );
}
