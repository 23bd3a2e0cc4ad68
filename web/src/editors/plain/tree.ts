import type { Json } from "@/interface/declaration";
import { isList, isObject } from "@/interface/json";

/** A line of a tree: one member with its value, or the head of an object or list. */
export interface TreeLine {
  /** JSON Pointer of the value. */
  readonly pointer: string;
  readonly depth: number;
  /** Name or index in what it lies in; undefined for the whole. */
  readonly name: string | undefined;
  readonly value: Json;
  /** Number of members; undefined for what has none by its nature. */
  readonly size: number | undefined;
  readonly isOpen: boolean;
}

/** Objects and lists with more members begin closed, except the whole. */
const MOST_OPENED = 100;
const OPEN_DEPTH = 2;

/** The lines of a JSON value that are in sight. `toggled` holds the pointers that are not as they begin. */
export function treeLines(value: Json, toggled: ReadonlySet<string>): readonly TreeLine[] {
  const lines: TreeLine[] = [];
  const pending: { value: Json; pointer: string; depth: number; name: string | undefined }[] = [
    { value, pointer: "", depth: 0, name: undefined },
  ];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { pointer, depth, value: inner } = next;
    const members = membersOf(inner);
    const begins = depth === 0 || (depth < OPEN_DEPTH && (members?.length ?? 0) <= MOST_OPENED);
    const isOpen = members !== null && begins !== toggled.has(pointer);
    lines.push({ ...next, size: members?.length, isOpen });
    if (!isOpen) continue;
    for (let index = members.length - 1; index >= 0; index -= 1) {
      const [name, value] = members[index] as readonly [string, Json];
      const below = `${pointer}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
      pending.push({ value, pointer: below, depth: depth + 1, name });
    }
  }
  return lines;
}

function membersOf(value: Json): readonly (readonly [string, Json])[] | null {
  if (isList(value)) return value.map((member, index) => [String(index), member] as const);
  return isObject(value) ? Object.entries(value) : null;
}
