import { memo, Suspense } from "react";
import type { PlacedField } from "@/editors/contract";
import { useDocumentValue } from "@/editors/forms/binding";
import { FieldRow } from "@/editors/forms/FieldRow";
import classes from "@/editors/forms/Forms.module.css";
import { GroupEntries } from "@/editors/forms/GroupEntries";
import { OverlayMarks } from "@/editors/forms/OverlayMarks";
import { isPlain, PlainField, type PlainFieldDeclaration } from "@/editors/forms/PlainField";
import { useShownProblems } from "@/editors/forms/shown-problems";
import { useAskedFields } from "@/editors/forms/visibility";
import { PreferenceWidget, RegionsPanel, RelationsPanel } from "@/editors/registry";
import type { PreferenceField, RegionsField, RelationsField } from "@/interface/declaration";
import { isGroup } from "@/interface/placed";

/** Fields in their order, each shown when its condition holds. They all stand on one level. */
export function FieldForm({ fields }: { readonly fields: readonly PlacedField[] }) {
  const asked = useAskedFields(fields);
  return (
    <div className={classes.form}>
      {asked.map((placed) => (
        <Field key={placed.pointer} placed={placed} />
      ))}
    </div>
  );
}

/** A field that comes or goes leaves the others as they are. */
const Field = memo(function Field({ placed }: { readonly placed: PlacedField }) {
  // Groups show the problems of their fields there, regions in their rows.
  const problems = useShownProblems(placed.pointer, !isGroup(placed) && placed.field.type !== "regions");
  if (isPlain(placed.field)) return <DocumentField placed={{ ...placed, field: placed.field }} />;
  return (
    <FieldRow placed={placed} problems={problems} marks={<OverlayMarks placed={placed} />}>
      {() =>
        isGroup(placed) ? (
          <GroupEntries placed={placed} />
        ) : (
          <Suspense>
            <WorkWidget placed={placed} />
          </Suspense>
        )
      }
    </FieldRow>
  );
});

function DocumentField({ placed }: { readonly placed: PlacedField<PlainFieldDeclaration> }) {
  const binding = useDocumentValue(placed.pointer);
  const problems = useShownProblems(placed.pointer, true);
  return (
    <FieldRow placed={placed} problems={problems} marks={<OverlayMarks placed={placed} />}>
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

/** Fields whose work is done in an input's editor, and preferences. */
function WorkWidget({ placed }: { readonly placed: PlacedField }) {
  const { field, ...place } = placed;
  switch (field.type) {
    case "preference":
      return <PreferenceWidget placed={{ ...place, field } satisfies PlacedField<PreferenceField>} />;
    case "regions":
      return <RegionsPanel placed={{ ...place, field } satisfies PlacedField<RegionsField>} />;
    case "relations":
      return <RelationsPanel placed={{ ...place, field } satisfies PlacedField<RelationsField>} />;
    default:
      return null;
  }
}
