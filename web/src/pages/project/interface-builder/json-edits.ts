import type { Json } from "@/interface/declaration";

type JsonObject = { readonly [key: string]: Json };

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The members of a list; nothing where there is none. */
export function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}

/** An object with one member set, or left out when the value is undefined. */
export function withMember(value: JsonObject, key: string, member: Json | undefined): JsonObject {
  if (member !== undefined) return { ...value, [key]: member };
  const { [key]: _gone, ...rest } = value;
  return rest;
}

export function replaced(list: readonly Json[], index: number, value: Json): Json[] {
  return list.map((each, place) => (place === index ? value : each));
}

export function without(list: readonly Json[], index: number): Json[] {
  return list.filter((_, place) => place !== index);
}

/** A list with one of its members a place further up (-1) or down (1); the same list at its ends. */
export function moved(list: readonly Json[], index: number, by: -1 | 1): readonly Json[] {
  const target = index + by;
  if (target < 0 || target >= list.length) return list;
  const result = [...list];
  [result[index], result[target]] = [result[target] as Json, result[index] as Json];
  return result;
}

/** A name that none of some objects has under `key`: "field", "field_2", ... */
export function freshName(list: readonly Json[], key: string, stem: string): string {
  const taken = new Set(list.map((each) => (isObject(each) ? each[key] : undefined)));
  let name = stem;
  for (let number = 2; taken.has(name); number += 1) name = `${stem}_${number}`;
  return name;
}

/** Every name and value that the old declaration has and the new one lacks, by dotted path. */
export function namesIn(declaration: Json | undefined): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  const visit = (fields: Json | undefined, level: string) => {
    for (const field of listOf(fields)) {
      if (!isObject(field) || typeof field.name !== "string") continue;
      const path = level === "" ? field.name : `${level}.${field.name}`;
      found.set(path, new Set());
      for (const option of [...listOf(field.options), ...listOf(field.classes), ...listOf(field.types)]) {
        if (!isObject(option) || typeof option.value !== "string") continue;
        found.get(path)?.add(option.value);
        visit(option.attributes, `${path}.${option.value}`);
      }
      visit(field.fields, path);
    }
  };
  visit(isObject(declaration) ? declaration.fields : undefined, "");
  return found;
}
