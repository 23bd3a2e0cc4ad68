import { type ChangeSet, type Entry, type EntryId, steps } from "@/editor-core/changes";
import { AnswerDocument } from "@/editor-core/document";
import type { DraftBase, Owner, WorkDatabase } from "@/editor-core/work-database";
import type { Answer } from "@/interface/answer";

/** How long after the last change the server gets a copy, in milliseconds. */
const SERVER_DELAY = 2000;

/** A draft belongs to one person and one round of a task. */
export function draftKey(owner: Owner, task: string, round: number): string {
  return `${owner}/${task}/${round}`;
}

export interface RecoveredDraft {
  readonly document: AnswerDocument;
  readonly revision: number;
}

/** The document exactly as it was left in this browser, with every step to undo; null when there is none. */
export async function recoverDraft(database: WorkDatabase, key: string): Promise<RecoveredDraft | null> {
  const base = await database.get("drafts", key);
  if (base === undefined) return null;
  const operations = await database.getAllFromIndex("operations", "key", key);
  const document = new AnswerDocument(base.entries);
  for (const { change } of operations) replay(document, change);
  return { document, revision: base.revision };
}

function replay(document: AnswerDocument, change: ChangeSet): void {
  document.change(
    (edit) => {
      for (const [id, , is] of steps(change)) write(edit, id, is);
    },
    { origin: change.origin },
  );
}

function write(edit: Parameters<Parameters<AnswerDocument["change"]>[0]>[0], id: EntryId, is?: Entry): void {
  if (is === undefined) {
    edit.remove(id);
    return;
  }
  edit.put(id, is.value);
  edit.reorder(id, is.order);
}

export async function forgetDraft(database: WorkDatabase, key: string): Promise<void> {
  const transaction = database.transaction(["drafts", "operations"], "readwrite");
  await transaction.objectStore("drafts").delete(key);
  const operations = transaction.objectStore("operations");
  for (const each of await operations.index("key").getAllKeys(key)) await operations.delete(each);
  await transaction.done;
}

export interface DraftOptions {
  readonly database: WorkDatabase;
  readonly base: DraftBase;
  readonly document: AnswerDocument;
  readonly answer: () => Answer;
  /** Write the server's copy over the revision that was seen; answers the new revision. */
  readonly save: (answer: Answer, seen: number) => Promise<number>;
  /** Whether saving failed because another tab wrote in between. */
  readonly isConflict: (error: unknown) => boolean;
  readonly onConflict: () => void;
}

/** Keeps a document that is worked on: every change at once in this browser, a copy at the server. */
export class DraftKeeper {
  readonly #options: DraftOptions;
  readonly #unsubscribe: () => void;
  #revision: number;
  #writing: Promise<unknown>;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #saving: Promise<void> = Promise.resolve();
  #ended = false;

  constructor(options: DraftOptions) {
    this.#options = options;
    this.#revision = options.base.revision;
    // A draft that is there already is the base its operations were made on.
    this.#writing = this.#begin();
    this.#unsubscribe = options.document.subscribe((change) => this.#changed(change));
  }

  /** Resolves when every change so far is on disk. */
  async written(): Promise<void> {
    await this.#writing;
  }

  /** Write the server's copy now, if anything has changed. */
  async saveNow(): Promise<void> {
    if (this.#timer === undefined || this.#ended) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#saving = this.#saving.then(() => this.#save());
    await this.#saving;
  }

  /** Stop; what was kept stays. */
  end(): void {
    this.#ended = true;
    clearTimeout(this.#timer);
    this.#unsubscribe();
  }

  /** Stop and forget: the answer is safe elsewhere. */
  async forget(): Promise<void> {
    this.end();
    await this.#writing;
    await forgetDraft(this.#options.database, this.#options.base.key);
  }

  async #begin(): Promise<void> {
    const { database, base } = this.#options;
    if ((await database.get("drafts", base.key)) === undefined) await database.put("drafts", base);
  }

  #changed(change: ChangeSet): void {
    const { database, base } = this.#options;
    this.#writing = this.#writing.then(() => database.add("operations", { key: base.key, change }));
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.saveNow(), SERVER_DELAY);
  }

  async #save(): Promise<void> {
    if (this.#ended) return;
    try {
      this.#revision = await this.#options.save(this.#options.answer(), this.#revision);
      const base = await this.#options.database.get("drafts", this.#options.base.key);
      if (base !== undefined && !this.#ended) {
        await this.#options.database.put("drafts", { ...base, revision: this.#revision });
      }
    } catch (error) {
      // This browser has every change; the server's copy comes with the next one.
      if (this.#options.isConflict(error)) this.#options.onConflict();
    }
  }
}
