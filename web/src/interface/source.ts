import type { Json } from "@/interface/declaration";
import { isList, member } from "@/interface/json";

const STEP = /\.([A-Za-z_][A-Za-z0-9_-]*)|\['((?:[^'\\]|\\['\\])*)'\]|\[(0|[1-9][0-9]{0,8})\]/y;

/** The steps of a source such as `$.responses[0]`; null when it cannot be read. */
export function stepsOf(source: string): readonly (string | number)[] | null {
  if (!source.startsWith("$")) return null;
  const steps: (string | number)[] = [];
  STEP.lastIndex = 1;
  while (STEP.lastIndex < source.length) {
    const match = STEP.exec(source);
    if (match === null) return null;
    const [, name, quoted, index] = match;
    if (index !== undefined) steps.push(Number(index));
    else steps.push(name ?? (quoted ?? "").replace(/\\(['\\])/g, "$1"));
  }
  return steps;
}

/** The value at an input's source; undefined when the item has none there (which is not the same as null). */
export function valueAt(source: string, data: Json): Json | undefined {
  let value: Json | undefined = data;
  for (const step of stepsOf(source) ?? []) {
    if (typeof step === "string") value = member(value, step);
    else value = isList(value) ? value[step] : undefined;
    if (value === undefined) return undefined;
  }
  return stepsOf(source) === null ? undefined : value;
}
