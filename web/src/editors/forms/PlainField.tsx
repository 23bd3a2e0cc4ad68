import type { ValueBinding } from "@/editors/forms/binding";
import { ChoiceWidget } from "@/editors/forms/ChoiceWidget";
import { NumberWidget } from "@/editors/forms/NumberWidget";
import { RatingWidget } from "@/editors/forms/RatingWidget";
import { TextWidget } from "@/editors/forms/TextWidget";
import type { WidgetProps } from "@/editors/forms/widget";
import type {
  ChoiceField,
  FieldDeclaration,
  NumberField,
  RatingField,
  TextField,
} from "@/interface/declaration";

export type PlainFieldDeclaration = ChoiceField | RatingField | NumberField | TextField;

export function isPlain(field: FieldDeclaration): field is PlainFieldDeclaration {
  return ["choice", "rating", "number", "text"].includes(field.type);
}

interface PlainFieldProps extends Omit<WidgetProps<FieldDeclaration>, "field"> {
  readonly field: PlainFieldDeclaration;
  readonly binding: ValueBinding;
}

/** The widget of a field with one value, wherever the value lies. */
export function PlainField({ field, ...rest }: PlainFieldProps) {
  switch (field.type) {
    case "choice":
      return <ChoiceWidget field={field} {...rest} />;
    case "rating":
      return <RatingWidget field={field} {...rest} />;
    case "number":
      return <NumberWidget field={field} {...rest} />;
    case "text":
      return <TextWidget field={field} {...rest} />;
  }
}
