import type { ValueBinding } from "@/editors/forms/binding";
import type { FieldDeclaration } from "@/interface/declaration";

/** What a widget gets. It shows no label and no error: the field around it does. */
export interface WidgetProps<Field extends FieldDeclaration> {
  readonly field: Field;
  readonly path: string;
  readonly binding: ValueBinding;
  readonly labelId: string;
  readonly describedBy: string | undefined;
  readonly isInvalid: boolean;
}
