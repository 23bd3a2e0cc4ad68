import type { StoreApi } from "zustand/vanilla";
import type { EntryId } from "@/editor-core/changes";
import type { AnswerDocument } from "@/editor-core/document";
import type { HotkeyRegistry } from "@/editor-core/hotkey-registry";
import type { SelectionStore } from "@/editor-core/selection";
import type { Hotkeys, InterfaceDeclaration, Json } from "@/interface/declaration";

export type ItemData = { readonly [key: string]: Json };

/** A place that a comment is about, or that an error names. */
export interface AnswerProblem {
  /** JSON Pointer into the answer: "/objects/3/geometry", "/weather". */
  readonly path: string;
  readonly rule: string;
  /** A sentence of the server's; with `values` a key of the texts "forms:problems". */
  readonly message: string;
  readonly values?: Readonly<Record<string, string | number>>;
}

/** Problems that are shown at their fields: what a refused submit found. Set them with `setState({ shown })`. */
export type ProblemStore = StoreApi<{ readonly shown: readonly AnswerProblem[] }>;

/** A task that is open in the editors, and everything they may use. Views share it; nothing in it is React's. */
export interface EditorTask {
  /** The task's id; a new task has new objects throughout. */
  readonly id: string;
  readonly declaration: InterfaceDeclaration;
  readonly hotkeys: Hotkeys;
  readonly data: ItemData;
  /** Address of each blob that `data` refers to. */
  readonly media: Readonly<Record<string, string>>;
  readonly document: AnswerDocument;
  readonly selection: SelectionStore;
  readonly commands: HotkeyRegistry;
  readonly readOnly: boolean;
  /** Order in which a preference's inputs are shown, by the field's dotted path; the server chose and noted it. */
  readonly shownOrder: Readonly<Record<string, readonly string[]>>;
  /** In review: other answers to draw over the one that is edited, each with a name and a colour. */
  readonly overlays: readonly AnswerOverlay[];
  readonly problems?: ProblemStore;
  /** A picture that was fetched and decoded ahead, by its address. The task closes it; editors only draw it. */
  decoded(address: string): Promise<ImageBitmap>;
  /** Scroll to and mark an entry: editors and forms listen. */
  reveal(id: EntryId): void;
  onReveal(listener: (id: EntryId) => void): () => void;
}

export interface AnswerOverlay {
  readonly id: string;
  readonly name: string;
  readonly color: string;
  readonly document: AnswerDocument;
}
