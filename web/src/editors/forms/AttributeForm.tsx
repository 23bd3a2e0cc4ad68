import { useMemo } from "react";
import type { PlacedField } from "@/editors/contract";
import { FieldRow } from "@/editors/forms/FieldRow";
import classes from "@/editors/forms/Forms.module.css";
import { isPlain, PlainField, type PlainFieldDeclaration } from "@/editors/forms/PlainField";
import { isAsked } from "@/interface/conditions";
import type { Json } from "@/interface/declaration";
import type { JsonObject } from "@/interface/json";

interface AttributeFormProps {
  /** `path` is that of the declaration ("objects.car.occlusion"); `pointer` any that is unique on the screen. */
  readonly fields: readonly PlacedField[];
  readonly values: JsonObject;
  /** undefined takes the attribute away. `isTyping`: one of many steps that undo takes back together. */
  readonly onChange: (name: string, value: Json | undefined, isTyping: boolean) => void;
  readonly readOnly: boolean;
}

/** The attributes of a region: the same widgets as fields, their values inside the region. */
export function AttributeForm({ fields, values, onChange, readOnly }: AttributeFormProps) {
  const asked = fields.filter(({ field }) => isAsked(field, values));
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
            />
          ),
      )}
    </div>
  );
}

interface AttributeProps extends Pick<AttributeFormProps, "onChange" | "readOnly"> {
  readonly placed: PlacedField<PlainFieldDeclaration>;
  readonly value: Json | undefined;
}

const NO_PROBLEMS = [] as const;

function Attribute({ placed, value, onChange, readOnly }: AttributeProps) {
  const { name } = placed.field;
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
    <FieldRow placed={placed} problems={NO_PROBLEMS}>
      {(parts) => (
        <PlainField field={placed.field} path={placed.path} binding={binding} isInvalid={false} {...parts} />
      )}
    </FieldRow>
  );
}
