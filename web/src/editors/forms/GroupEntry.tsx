import type { PlacedField } from "@/editors/contract";
import type { GroupField } from "@/interface/declaration";

/** The fields of a group for one of its elements: a turn, a response, a criterion. */
export function GroupEntry(_props: { readonly placed: PlacedField<GroupField>; readonly element: string }) {
  return null;
}
