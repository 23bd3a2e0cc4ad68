import type { Json } from "@/interface/declaration";
import { isList, isObject, type JsonObject, member } from "@/interface/json";

/** Rows with the same kind of members, for a table. */
export interface Rows {
  readonly columns: readonly string[];
  readonly rows: readonly JsonObject[];
  /** Columns that hold nothing but numbers. */
  readonly numeric: ReadonlySet<string>;
}

/** A value with more columns is read better as a tree. */
const MOST_COLUMNS = 60;
/** Rows that are looked at to find the columns; later rows rarely have others. */
const MOST_LOOKED_AT = 2_000;

/** The value as rows: a list of objects, bare or under `rows`; null when it is anything else. */
export function rowsOf(value: Json): Rows | null {
  const list = isList(value) ? value : member(value, "rows");
  if (!isList(list) || list.length === 0 || !list.every(isObject)) return null;
  const columns = new Set<string>();
  for (const row of list.slice(0, MOST_LOOKED_AT)) {
    for (const name of Object.keys(row)) columns.add(name);
  }
  if (columns.size === 0 || columns.size > MOST_COLUMNS) return null;
  return { columns: [...columns], rows: list, numeric: numericColumns([...columns], list) };
}

function numericColumns(columns: readonly string[], rows: readonly JsonObject[]): ReadonlySet<string> {
  const looked = rows.slice(0, MOST_LOOKED_AT);
  return new Set(
    columns.filter((name) => {
      const given = looked
        .map((row) => member(row, name))
        .filter((cell) => cell !== undefined && cell !== null);
      return given.length > 0 && given.every((cell) => typeof cell === "number");
    }),
  );
}

/** A cell as text; objects and lists as JSON. */
export function cellText(cell: Json | undefined): string {
  if (cell === undefined || cell === null) return "";
  return typeof cell === "object" ? JSON.stringify(cell) : String(cell);
}
