import type { AnswerDocument } from "@/editor-core/document";

/** Takes one step of an unfinished gesture back. False when there is none to take back. */
export type Back = () => boolean;

/** Undo goes to what is unfinished first (a polygon's last vertex), then to the document. */
export class UndoScopes {
  readonly #document: AnswerDocument;
  #backs: readonly Back[] = [];

  constructor(document: AnswerDocument) {
    this.#document = document;
  }

  /** A tool or gesture that is active until the answer is called; the latest is asked first. */
  enter(back: Back): () => void {
    // Its own function, so that the same handler entered twice is left once.
    const own: Back = () => back();
    this.#backs = [own, ...this.#backs];
    return () => {
      this.#backs = this.#backs.filter((each) => each !== own);
    };
  }

  undo(): boolean {
    return this.#backs.some((back) => back()) || this.#document.undo() !== null;
  }

  /** What is unfinished has no later steps: redo is the document's. */
  redo(): boolean {
    return this.#document.redo() !== null;
  }
}
