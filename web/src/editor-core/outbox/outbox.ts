import { createStore } from "zustand/vanilla";
import { ApiProblem } from "@/api/problem";
import type { OutboxEntry, Refusal, Sent } from "@/editor-core/outbox/entry";
import { type Exclusively, queued } from "@/editor-core/outbox/locks";
import type { Owner, WorkDatabase } from "@/editor-core/work-database";

export interface OutboxState {
  /** Entries that are on their way. */
  readonly waiting: readonly OutboxEntry[];
  /** Entries that the server refused, with their reasons. */
  readonly refused: readonly OutboxEntry[];
  readonly connection: "online" | "unreachable" | "signed-out";
}

export interface OutboxOptions {
  readonly database: WorkDatabase;
  readonly owner: Owner;
  readonly send: (entry: OutboxEntry) => Promise<Sent>;
  readonly exclusively?: Exclusively;
  readonly random?: () => number;
  /** Call a function after a time in milliseconds; the answer takes it back. */
  readonly schedule?: (run: () => void, delay: number) => () => void;
  readonly channel?: BroadcastChannel;
}

const FIRST_DELAY = 500;
const LONGEST_DELAY = 30_000;

type Outcome = "next" | "done" | "later" | "signed-out";

/**
 * Finished work of one person in one tenant, durable before anything else happens, sent in order by one tab
 * at a time, and tried again until the server has answered. What it refuses stays until the person decides.
 */
export class Outbox {
  readonly store = createStore<OutboxState>(() => ({ waiting: [], refused: [], connection: "online" }));
  readonly #options: OutboxOptions;
  readonly #exclusively: Exclusively;
  readonly #sent = new Set<(entry: OutboxEntry, answer: Sent) => void>();
  readonly #listener = () => void this.refresh();
  #running: Promise<void> | null = null;
  #again = false;
  #failures = 0;
  #cancelRetry: (() => void) | null = null;
  #closed = false;

  constructor(options: OutboxOptions) {
    this.#options = options;
    this.#exclusively = options.exclusively ?? queued();
    options.channel?.addEventListener("message", this.#listener);
  }

  /** Hear of what this tab has sent, with the server's answer. */
  onSent(listener: (entry: OutboxEntry, answer: Sent) => void): () => void {
    this.#sent.add(listener);
    return () => this.#sent.delete(listener);
  }

  /** Resolves when the entry is on disk; sending goes on by itself. */
  async put(entry: OutboxEntry): Promise<void> {
    const transaction = this.#options.database.transaction("outbox", "readwrite", { durability: "strict" });
    await transaction.store.put(entry);
    await transaction.done;
    await this.#changed();
    this.flush();
  }

  /** Take an entry that was never tried back. False when it is (or may be) at the server. */
  takeBack(id: string): Promise<boolean> {
    return this.#exclusively(this.#lock, async () => {
      const entry = await this.#own(id);
      if (entry === undefined || entry.attempts > 0) return false;
      await this.#remove(id);
      return true;
    });
  }

  /** Remove a refused entry, once the person has seen to it. */
  async discard(id: string): Promise<void> {
    if ((await this.#own(id))?.refused !== undefined) await this.#remove(id);
  }

  /** Try a refused entry again. */
  async retry(id: string): Promise<void> {
    const entry = await this.#own(id);
    if (entry === undefined) return;
    const { refused: _, ...again } = entry;
    await this.put(again as OutboxEntry);
  }

  /** Send now what waits: after coming online, after signing in, after opening. */
  flush(): void {
    this.#cancelRetry?.();
    this.#cancelRetry = null;
    if (this.#closed) return;
    if (this.#running !== null) {
      this.#again = true;
      return;
    }
    this.#running = this.#sendAll().finally(() => {
      this.#running = null;
      if (this.#again) {
        this.#again = false;
        this.flush();
      }
    });
  }

  /** Resolves when nothing is being sent. */
  async settled(): Promise<void> {
    while (this.#running !== null) await this.#running;
  }

  async refresh(): Promise<void> {
    const all = await this.#all();
    this.store.setState({
      waiting: all.filter((entry) => entry.refused === undefined),
      refused: all.filter((entry) => entry.refused !== undefined),
    });
  }

  close(): void {
    this.#closed = true;
    this.#cancelRetry?.();
    this.#options.channel?.removeEventListener("message", this.#listener);
  }

  get #lock(): string {
    return `assay-outbox ${this.#options.owner}`;
  }

  async #sendAll(): Promise<void> {
    await this.refresh();
    let outcome: Outcome = "next";
    // The lock is taken for one entry at a time, so that taking back never waits for the whole outbox.
    while (outcome === "next" && !this.#closed) {
      outcome = await this.#exclusively(this.#lock, () => this.#sendFirst());
    }
    if (outcome === "later") this.#retryLater();
    else this.#failures = 0;
  }

  async #sendFirst(): Promise<Outcome> {
    const entry = (await this.#all()).find((each) => each.refused === undefined);
    if (entry === undefined) return "done";
    // Noted before it is sent: whatever happens next, it may have arrived.
    await this.#options.database.put("outbox", { ...entry, attempts: entry.attempts + 1 });
    try {
      const answer = await this.#options.send(entry);
      await this.#remove(entry.id);
      this.#failures = 0;
      this.store.setState({ connection: "online" });
      for (const listener of this.#sent) listener(entry, answer);
      return "next";
    } catch (error) {
      return this.#failed(entry, error);
    }
  }

  async #failed(entry: OutboxEntry, error: unknown): Promise<Outcome> {
    if (!(error instanceof ApiProblem) || isPassing(error.status)) {
      this.store.setState({ connection: "unreachable" });
      return "later";
    }
    this.store.setState({ connection: error.status === 401 ? "signed-out" : "online" });
    if (error.status === 401) return "signed-out";
    const attempts = entry.attempts + 1;
    await this.#options.database.put("outbox", { ...entry, attempts, refused: refusalOf(error) });
    await this.#changed();
    return "next";
  }

  #retryLater(): void {
    const longest = Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** this.#failures);
    this.#failures += 1;
    const delay = longest * (0.5 + (this.#options.random ?? Math.random)() / 2);
    this.#cancelRetry = (this.#options.schedule ?? scheduled)(() => this.flush(), delay);
  }

  async #all(): Promise<OutboxEntry[]> {
    const own = await this.#options.database.getAllFromIndex("outbox", "owner", this.#options.owner);
    return own.sort((a, b) => a.time - b.time);
  }

  async #own(id: string): Promise<OutboxEntry | undefined> {
    const entry = await this.#options.database.get("outbox", id);
    return entry?.owner === this.#options.owner ? entry : undefined;
  }

  async #remove(id: string): Promise<void> {
    await this.#options.database.delete("outbox", id);
    await this.#changed();
  }

  async #changed(): Promise<void> {
    await this.refresh();
    this.#options.channel?.postMessage(null);
  }
}

/** Whether the same request may be answered otherwise later: the server is busy or restarting. */
function isPassing(status: number): boolean {
  return status >= 500 || status === 429 || status === 408;
}

function refusalOf(error: ApiProblem): Refusal {
  return { code: error.code, message: error.message, problems: error.document.problems ?? [] };
}

function scheduled(run: () => void, delay: number): () => void {
  const timer = setTimeout(run, delay);
  return () => clearTimeout(timer);
}
