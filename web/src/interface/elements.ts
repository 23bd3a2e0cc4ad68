/** What a `group` with `each` goes through: inputs, criteria, or elements of an input (turns, steps, rows). */
import type {
  GroupField,
  InputDeclaration,
  InterfaceDeclaration,
  Json,
  OptionDeclaration,
} from "@/interface/declaration";
import { isList, isObject, type JsonObject, member } from "@/interface/json";
import { valueAt } from "@/interface/source";

export interface GroupElement {
  /** Key of the group's entry in the answer. */
  readonly key: string;
  /** The criterion's declaration, of a rubric. */
  readonly criterion?: OptionDeclaration;
  /** The input itself (`inputs:`), or the one the element belongs to. */
  readonly input?: InputDeclaration;
}

/** What a group goes through: "once", "criteria", "inputs", or the elements of one input. */
export type Repetition = "once" | "criteria" | "inputs" | "elements";

const SELECTOR = /^([a-z][a-z0-9_]*)(?:\.([a-z][a-z0-9_]*))?((?:\[[^[\]=]+=[^[\]]*\])*)$/;
const FILTER = /\[([^[\]=]+)=([^[\]]*)\]/g;
const PARTS: Readonly<Record<string, string>> = {
  chat: "messages",
  trajectory: "steps",
  table: "rows",
  document: "pages",
  pointcloud: "frames",
};
const MOST_PAGES = 100_000;

export function repetitionOf(group: GroupField): Repetition {
  if (group.each === undefined || group.each === null) return "once";
  if (typeof group.each !== "string") return "criteria";
  return group.each.startsWith("inputs:") ? "inputs" : "elements";
}

/** The input whose elements a group goes through; undefined for every other group. */
export function inputGoneThrough(
  group: GroupField,
  declaration: InterfaceDeclaration,
): InputDeclaration | undefined {
  if (typeof group.each !== "string" || repetitionOf(group) !== "elements") return undefined;
  const name = SELECTOR.exec(group.each)?.[1];
  return declaration.inputs.find((input) => input.name === name);
}

/** Everything a group goes through, in order; none for a group that is asked once. */
export function elementsOf(
  group: GroupField,
  declaration: InterfaceDeclaration,
  data: Json,
): readonly GroupElement[] {
  if (group.each === undefined || group.each === null) return [];
  if (typeof group.each !== "string") {
    return group.each.map((criterion) => ({ key: criterion.value, criterion }));
  }
  if (group.each.startsWith("inputs:")) return inputsNamed(group.each.slice(7).split(","), declaration);
  const match = SELECTOR.exec(group.each);
  const input = declaration.inputs.find((each) => each.name === match?.[1]);
  if (match === null || input === undefined) return [];
  const filters = [...(match[3] ?? "").matchAll(FILTER)].map(
    ([, name, text]) => [name ?? "", text ?? ""] as const,
  );
  return elementsIn(input, data)
    .filter(([, properties]) => filters.every(([name, text]) => matches(properties, name, text)))
    .map(([key]) => ({ key, input }));
}

function inputsNamed(names: readonly string[], declaration: InterfaceDeclaration): GroupElement[] {
  return names.flatMap((name) => {
    const input = declaration.inputs.find((each) => each.name === name);
    return input === undefined ? [] : [{ key: name, input }];
  });
}

/** Key and properties of each element of an input, in the item's order. */
export function elementsIn(input: InputDeclaration, data: Json): readonly (readonly [string, JsonObject])[] {
  const value = valueAt(input.source, data);
  const part = PARTS[input.type];
  if (value === undefined || value === null || part === undefined) return [];
  if (input.type === "document") return pagesOf(value);
  const inner = isList(value) ? value : member(value, part);
  const entries = isList(inner) ? inner : input.type === "pointcloud" ? [value] : [];
  return entries.every((entry) => isWellFormed(input.type, entry)) ? keyed(entries) : [];
}

/** As the server: a list with one malformed element has no elements at all. */
function isWellFormed(type: string, entry: Json): boolean {
  if (type === "table") return true;
  if (type === "pointcloud") return typeof (isObject(entry) ? (entry.url ?? entry.blob) : entry) === "string";
  if (!isObject(entry)) return false;
  if (type !== "chat") return true;
  const content = entry.content;
  const isContent =
    content === undefined || content === null || typeof content === "string" || isList(content);
  return typeof entry.role === "string" && isContent;
}

function pagesOf(value: Json): readonly (readonly [string, JsonObject])[] {
  const count = member(value, "pages");
  if (typeof count !== "number" || !Number.isInteger(count) || count <= 0 || count > MOST_PAGES) return [];
  return Array.from({ length: count }, (_, page) => [String(page), { page }] as const);
}

function keyed(entries: readonly Json[]): readonly (readonly [string, JsonObject])[] {
  const own = entries
    .map((entry) => member(entry, "id"))
    .filter((id) => typeof id === "string" || (typeof id === "number" && Number.isInteger(id)))
    .map(String);
  const hasOwn = own.length === entries.length && new Set(own).size === own.length;
  return entries.map((entry, index) => [
    hasOwn ? (own[index] as string) : String(index),
    isObject(entry) ? entry : {},
  ]);
}

function matches(properties: JsonObject, name: string, text: string): boolean {
  const value = member(properties, name);
  if (typeof value === "boolean") return text === String(value);
  return (typeof value === "string" || typeof value === "number") && String(value) === text;
}
