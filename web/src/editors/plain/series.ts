import type { Json } from "@/interface/declaration";
import { isList, isObject, type JsonObject, member } from "@/interface/json";

/** Measurements over one axis: columns of one length; a gap is null. */
export interface Series {
  /** Name of the axis; null when the measurements are only numbered. */
  readonly axis: string | null;
  /** Ascending; seconds since 1970 when `isTime`. */
  readonly at: readonly number[];
  readonly isTime: boolean;
  readonly lines: readonly { readonly name: string; readonly values: readonly (number | null)[] }[];
}

/** More lines cannot be told apart. */
export const MOST_LINES = 8;
const AXIS = /^(?:t|x|ts|time|date|datetime|timestamp|seconds|index)$|(?:^|_)time(?:stamp)?$/i;

/** The lines in a list of rows or an object of columns; null when there is not one column of numbers. */
export function seriesOf(value: Json): Series | null {
  const columns = columnsOf(value);
  const names = Object.keys(columns);
  const axis = names.find((name) => AXIS.test(name) && axisValues(columns[name] ?? []) !== null) ?? null;
  const own = axis === null ? null : axisValues(columns[axis] ?? []);
  const lines = names
    .filter((name) => name !== axis)
    .map((name) => ({ name, values: (columns[name] ?? []).map(numberOf) }))
    .filter(({ values }) => values.some((each) => each !== null))
    .slice(0, MOST_LINES);
  if (lines.length === 0) return null;
  const at = own?.at ?? (lines[0]?.values ?? []).map((_, index) => index);
  return sorted({ axis, at, isTime: own?.isTime ?? false, lines });
}

function columnsOf(value: Json): Readonly<Record<string, readonly Json[]>> {
  if (isList(value)) {
    if (!value.every(isObject)) return { value };
    const names = new Set(value.slice(0, 100).flatMap((row) => Object.keys(row)));
    return Object.fromEntries(
      [...names].map((name) => [name, value.map((row: JsonObject) => member(row, name) ?? null)]),
    );
  }
  if (!isObject(value)) return {};
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, column]) => (isList(column) ? [[name, column] as const] : [])),
  );
}

/** The places on the axis; null when one of them is no number and no date. */
function axisValues(
  column: readonly Json[],
): { readonly at: readonly number[]; readonly isTime: boolean } | null {
  const numbers = column.map(numberOf);
  if (numbers.every((each) => each !== null)) return clock(numbers);
  const dates = column.map((each) => (typeof each === "string" ? Date.parse(each) / 1000 : Number.NaN));
  return dates.every(Number.isFinite) ? { at: dates, isTime: true } : null;
}

/** Seconds or milliseconds since 1970 by their size; every other number is just a number. */
function clock(numbers: readonly number[]): { readonly at: readonly number[]; readonly isTime: boolean } {
  const within = (least: number, most: number) => numbers.every((each) => each >= least && each < most);
  if (within(5e11, 5e12)) return { at: numbers.map((each) => each / 1000), isTime: true };
  return { at: numbers, isTime: within(5e8, 5e9) };
}

function numberOf(value: Json): number | null {
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (typeof value !== "string" || value.trim() === "") return null;
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
}

function sorted(series: Series): Series {
  const { at, lines } = series;
  if (at.every((each, index) => index === 0 || (at[index - 1] ?? 0) <= each)) return series;
  const order = at.map((_, index) => index).sort((one, other) => (at[one] ?? 0) - (at[other] ?? 0));
  return {
    ...series,
    at: order.map((index) => at[index] ?? 0),
    lines: lines.map(({ name, values }) => ({ name, values: order.map((index) => values[index] ?? null) })),
  };
}

/** CSV (RFC 4180) with a head as rows of texts. A file with another separator than the comma is one column. */
export function csvRows(text: string): readonly JsonObject[] {
  const [head = [], ...records] = csvRecords(text.replace(/^\uFEFF/, ""));
  return records
    .filter((record) => record.length > 1 || record[0] !== "")
    .map((record) => Object.fromEntries(head.map((name, column) => [name, record[column] ?? null])));
}

function csvRecords(text: string): string[][] {
  const records: string[][] = [[]];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
    records.at(-1)?.push(quoted === undefined ? (plain ?? "") : quoted.replaceAll('""', '"'));
    if (end === "") break;
    if (end !== ",") records.push([]);
  }
  return records;
}
