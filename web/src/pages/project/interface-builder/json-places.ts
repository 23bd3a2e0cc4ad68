import type { Json } from "@/interface/declaration";

export interface Place {
  readonly from: number;
  readonly to: number;
}

/** Where each value of a JSON text stands, by its JSON Pointer. Null when the text is no JSON. */
export function placesOf(text: string): ReadonlyMap<string, Place> | null {
  const places = new Map<string, Place>();
  try {
    const end = readValue(text, skipSpace(text, 0), "", places);
    return skipSpace(text, end) === text.length ? places : null;
  } catch (error) {
    if (error instanceof NotJson) return null;
    throw error;
  }
}

/** The place a pointer names; where there is nothing yet, that of the nearest value around it. */
export function placeOf(places: ReadonlyMap<string, Place>, pointer: string): Place {
  for (let path = pointer; ; path = path.slice(0, path.lastIndexOf("/"))) {
    const found = places.get(path);
    if (found !== undefined) return found;
    if (path === "") return { from: 0, to: 0 };
  }
}

export function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

class NotJson extends Error {}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (/[ \t\r\n]/.test(text[at] ?? "")) at += 1;
  return at;
}

function readValue(text: string, from: number, pointer: string, places: Map<string, Place>): number {
  const first = text[from];
  let to: number;
  if (first === "{" || first === "[") to = readMembers(text, from, pointer, places);
  else to = readScalar(text, from);
  places.set(pointer, { from, to });
  return to;
}

function readMembers(text: string, from: number, pointer: string, places: Map<string, Place>): number {
  const isObject = text[from] === "{";
  const close = isObject ? "}" : "]";
  let at = skipSpace(text, from + 1);
  if (text[at] === close) return at + 1;
  for (let index = 0; ; index += 1) {
    let key = String(index);
    if (isObject) {
      const end = readScalar(text, at);
      key = String(parsed(text.slice(at, end)) ?? "");
      at = skipSpace(text, end);
      if (text[at] !== ":") throw new NotJson();
      at = skipSpace(text, at + 1);
    }
    at = skipSpace(text, readValue(text, at, `${pointer}/${escaped(key)}`, places));
    if (text[at] === close) return at + 1;
    if (text[at] !== ",") throw new NotJson();
    at = skipSpace(text, at + 1);
  }
}

const SCALAR = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

function readScalar(text: string, from: number): number {
  SCALAR.lastIndex = from;
  if (!SCALAR.test(text)) throw new NotJson();
  return SCALAR.lastIndex;
}

function escaped(key: string): string {
  return key.replaceAll("~", "~0").replaceAll("/", "~1");
}
