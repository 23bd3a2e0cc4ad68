/** The options of a choice as the rows of a list: a taxonomy is a tree that opens and closes. */

import type { ChoiceField, OptionDeclaration } from "@/interface/declaration";
import { optionTitle } from "@/interface/texts";
import { pickable } from "@/interface/validation";

export interface OptionRow {
  readonly option: OptionDeclaration;
  readonly label: string;
  /** Titles from the top of the taxonomy down to the option. */
  readonly trail: string;
  /** Rows above it in the taxonomy, from the top. */
  readonly above: readonly OptionRow[];
  readonly hasChildren: boolean;
  readonly canBePicked: boolean;
}

/** Every option, in the declared order, each before those below it. */
export function rowsOf(field: ChoiceField, language: string): readonly OptionRow[] {
  const allowed = new Set(pickable(field.options, field.leaves_only === true));
  const rows: OptionRow[] = [];
  const visit = (options: readonly OptionDeclaration[], above: readonly OptionRow[]) => {
    for (const option of options) {
      const label = optionTitle(option, language);
      const trail = above.length === 0 ? label : `${above.at(-1)?.trail} › ${label}`;
      const children = option.options ?? [];
      const canBePicked = allowed.has(option.value);
      const row = { option, label, trail, above, hasChildren: children.length > 0, canBePicked };
      rows.push(row);
      visit(children, [...above, row]);
    }
  };
  visit(field.options, []);
  return rows;
}

/** Rows whose rows above are all open. */
export function openRows(rows: readonly OptionRow[], open: ReadonlySet<string>): readonly OptionRow[] {
  return rows.filter(({ above }) => above.every(({ option }) => open.has(option.value)));
}

/** Rows that a search finds, each with the rows it stands under. */
export function foundRows(rows: readonly OptionRow[], search: string): readonly OptionRow[] {
  const shown = new Set<OptionRow>();
  for (const row of rows) {
    if (!isFound(row, search)) continue;
    for (const each of row.above) shown.add(each);
    shown.add(row);
  }
  return rows.filter((row) => shown.has(row));
}

/** Whether a search means this row, or a branch that it is under. */
export function isFound(row: OptionRow, search: string): boolean {
  return row.trail.toLowerCase().includes(search.trim().toLowerCase());
}

/** The value after an option was picked; picking it again takes it away. Several keep the declared order. */
export function afterPick(
  field: ChoiceField,
  value: unknown,
  picked: string,
  order: readonly string[],
): string | readonly string[] | undefined {
  if (field.multi !== true) return value === picked ? undefined : picked;
  const before = Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
  const after = before.includes(picked) ? before.filter((each) => each !== picked) : [...before, picked];
  const sorted = order.filter((each) => after.includes(each));
  return sorted.length === 0 ? undefined : sorted;
}
