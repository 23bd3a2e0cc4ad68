import { type HotkeyRegistry, isKey, type Remapping } from "@/editor-core/hotkey-registry";

/** The part of localStorage that is used. */
export type TextStorage = Pick<Storage, "getItem" | "setItem">;

const MOST_COMMANDS = 500;

function place(person: string): string {
  return `assay.hotkeys.${person}`;
}

/** A person's own keys. Whatever is stored, the answer holds keys only. */
export function storedRemapping(storage: TextStorage, person: string): Remapping {
  let stored: unknown;
  try {
    stored = JSON.parse(storage.getItem(place(person)) ?? "{}");
  } catch {
    return {};
  }
  if (typeof stored !== "object" || stored === null || Array.isArray(stored)) return {};
  const valid = Object.entries(stored)
    .slice(0, MOST_COMMANDS)
    .filter(([, keys]) => Array.isArray(keys) && keys.every((key) => typeof key === "string" && isKey(key)));
  return Object.fromEntries(valid);
}

/** Give a command other keys, or with null its own again; kept for this person in this browser. */
export function remapCommand(
  registry: HotkeyRegistry,
  storage: TextStorage,
  person: string,
  id: string,
  keys: readonly string[] | null,
): void {
  const entries = new Map(Object.entries(registry.remapping));
  if (keys === null) entries.delete(id);
  else entries.set(id, keys.filter(isKey));
  registry.remap(Object.fromEntries(entries));
  storage.setItem(place(person), JSON.stringify(registry.remapping));
}
