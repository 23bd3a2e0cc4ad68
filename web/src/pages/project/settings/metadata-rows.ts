import type { Schemas } from "@/api/client";

export const VALUE_TYPES = ["text", "number", "boolean"] as const;
export type ValueType = (typeof VALUE_TYPES)[number];
export type Metadata = NonNullable<Schemas["ProjectChange"]["metadata"]>;

/** One entry of a project's metadata while it is edited. */
export interface MetadataRow {
  readonly id: number;
  readonly name: string;
  readonly type: ValueType;
  /** As written; "true" or "false" for a boolean. */
  readonly text: string;
}

export type MetadataFault = "noName" | "twice" | "noNumber" | "nul";

/** The rows of stored metadata, in its order. */
export function rowsOf(metadata: Readonly<Record<string, unknown>>): readonly MetadataRow[] {
  return Object.entries(metadata).map(([name, value], id) => ({
    id,
    name,
    type: typeof value === "number" ? "number" : typeof value === "boolean" ? "boolean" : "text",
    text: String(value),
  }));
}

/** What the server would refuse in a row; null for nothing. */
export function faultOf(row: MetadataRow, rows: readonly MetadataRow[]): MetadataFault | null {
  if (row.name === "") return "noName";
  if (rows.some((other) => other.id !== row.id && other.name === row.name)) return "twice";
  if (`${row.name}${row.text}`.includes("\0")) return "nul";
  if (row.type === "number" && (row.text.trim() === "" || !Number.isFinite(Number(row.text))))
    return "noNumber";
  return null;
}

/** The metadata that rows without faults stand for. */
export function metadataOf(rows: readonly MetadataRow[]): Metadata {
  return Object.fromEntries(rows.map((row) => [row.name, typedValue(row)]));
}

function typedValue({ type, text }: MetadataRow): string | number | boolean {
  if (type === "number") return Number(text);
  return type === "boolean" ? text === "true" : text;
}
