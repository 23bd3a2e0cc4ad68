import { createStore } from "zustand/vanilla";
import type { EntryId } from "@/editor-core/changes";
import { HotkeyRegistry } from "@/editor-core/hotkey-registry";
import { createSelection } from "@/editor-core/selection";
import type { EditorTask, ProblemStore } from "@/editor-core/task";

type Given = "id" | "declaration" | "data" | "media" | "document" | "decoded";
type Optional = "hotkeys" | "commands" | "readOnly" | "shownOrder" | "overlays";

/** What a task is made of; what is left out is empty, and keys run nothing. */
export type TaskParts = Pick<EditorTask, Given> & Partial<Pick<EditorTask, Optional>>;

/** A task for the editors: to answer, to review, to look at, or to try an interface on. */
export function makeTask(parts: TaskParts): EditorTask & { readonly problems: ProblemStore } {
  const listeners = new Set<(id: EntryId) => void>();
  return {
    hotkeys: {},
    readOnly: false,
    shownOrder: {},
    overlays: [],
    ...parts,
    commands: parts.commands ?? new HotkeyRegistry(),
    selection: createSelection(),
    problems: createStore(() => ({ shown: [] })),
    reveal: (id) => {
      for (const listener of listeners) listener(id);
    },
    onReveal: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Fetch and decode a picture for a task that has no queue decoding ahead of it. */
export async function decodePicture(address: string): Promise<ImageBitmap> {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`The picture cannot be fetched: ${response.status}`);
  return createImageBitmap(await response.blob(), { imageOrientation: "from-image" });
}
