import type { PlacedField } from "@/editors/contract";

/** Fields in their order, each shown when its condition holds. */
export function FieldForm(_props: { readonly fields: readonly PlacedField[] }) {
  return null;
}
