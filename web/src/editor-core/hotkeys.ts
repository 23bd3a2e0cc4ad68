/** Where a command's keys count; an inner scope hides the same key of an outer one. */
export type HotkeyScope = "global" | "editor" | "tool" | "dialog";

export interface Command {
  /** Stable name, under which a person may give it other keys: "image.box", "workbench.submit". */
  readonly id: string;
  /** What it does, in the person's language; on buttons and in the overlay of `?`. */
  readonly label: string;
  /**
   * Keys that run it: "b", "Shift+d", "Mod+z" (Ctrl, on a Mac Cmd), "g c" (one after the other), "Enter",
   * "ArrowLeft", "code:KeyW" (the place on the keyboard, whatever is printed there).
   */
  readonly keys: readonly string[];
  /** Heading in the overlay of `?`. */
  readonly group?: string;
  /** Also while a text is written; only sensible for keys with Mod or Escape. */
  readonly inText?: boolean;
  readonly enabled?: () => boolean;
  readonly run: (event: KeyboardEvent) => void;
}
