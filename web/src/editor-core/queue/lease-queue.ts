import type { Schemas } from "@/api/client";
import type { Owner, StoredLease, WorkDatabase } from "@/editor-core/work-database";

type Lease = Schemas["Lease"];

/** The server's side of leasing, for one project. */
export interface LeaseTransport {
  lease(count: number): Promise<readonly Lease[]>;
  /** Leases held, with new tokens; the old tokens end. */
  held(): Promise<readonly Lease[]>;
  /** Answers when the lease now ends. */
  heartbeat(lease: Lease): Promise<string>;
  /** Give back, also while the page goes away. */
  release(lease: Lease): void;
}

export interface QueueOptions {
  readonly database: WorkDatabase;
  readonly owner: Owner;
  readonly project: string;
  /** Name of this tab, new with every load. */
  readonly tab: string;
  /** Names of tabs that are open now, this one among them. */
  readonly livingTabs: () => Promise<ReadonlySet<string>>;
  readonly transport: LeaseTransport;
  /** Leases wanted ahead, besides the one that is worked on. */
  readonly ahead: number;
  /** Ids of leases whose answers wait in the outbox. */
  readonly answered: () => Promise<ReadonlySet<string>>;
  readonly now?: () => number;
  readonly onPrefetch?: (lease: Lease) => void;
}

/** Leases of one tab: the open one, and a few ahead whose media are fetched before they are shown. */
export class LeaseQueue {
  readonly #options: QueueOptions;
  readonly #ahead: Lease[] = [];
  readonly #known = new Set<string>();
  #current: Lease | null = null;

  constructor(options: QueueOptions) {
    this.#options = options;
  }

  get current(): Lease | null {
    return this.#current;
  }

  get waiting(): number {
    return this.#ahead.length;
  }

  /** Leases to ask for so that one is open and enough are ahead. */
  get wanted(): number {
    return Math.max(0, this.#options.ahead + (this.#current === null ? 1 : 0) - this.#ahead.length);
  }

  /** Take up what a closed tab left, then ask for more; last, what this browser has forgotten about. */
  async start(): Promise<void> {
    await this.add(await this.#left());
    try {
      await this.refill();
    } catch (error) {
      if (this.#ahead.length === 0) throw error;
    }
    if (this.#ahead.length > 0) return;
    const living = await this.#options.livingTabs();
    const answered = await this.#options.answered();
    // New tokens end those of other tabs and of answers that wait: only when there are none of either.
    if (living.size > 1 || answered.size > 0) return;
    await this.add(await this.#options.transport.held());
  }

  async refill(): Promise<void> {
    if (this.wanted > 0) await this.add(await this.#options.transport.lease(this.wanted));
  }

  async add(leases: readonly Lease[]): Promise<void> {
    const fresh = leases.filter((lease) => !this.#known.has(lease.id));
    for (const lease of fresh) {
      this.#known.add(lease.id);
      this.#ahead.push(lease);
      this.#options.onPrefetch?.(lease);
    }
    await Promise.all(fresh.map((lease) => this.#store(lease)));
  }

  /** The next task, which now counts as opened; null when none is ahead. */
  next(): Lease | null {
    const now = (this.#options.now ?? Date.now)();
    this.#current = null;
    while (this.#current === null && this.#ahead.length > 0) {
      const lease = this.#ahead.shift()!;
      if (Date.parse(lease.expires_at) > now) this.#current = lease;
      else void this.finished(lease.id);
    }
    return this.#current;
  }

  /** Open this lease; the one that was open comes next. */
  reopen(lease: Lease): void {
    if (this.#current !== null && this.#current.id !== lease.id) this.#ahead.unshift(this.#current);
    this.#current = lease;
    this.#known.add(lease.id);
  }

  /** This lease is answered, skipped or lost. */
  async finished(id: string): Promise<void> {
    await this.#options.database.delete("leases", id);
  }

  /** Extend every lease; call it well before `lease_seconds` are over. Lost ones are dropped. */
  async heartbeat(isLost: (error: unknown) => boolean): Promise<void> {
    const held = this.#current === null ? [...this.#ahead] : [this.#current, ...this.#ahead];
    await Promise.all(
      held.map(async (lease) => {
        try {
          await this.#extended(lease, await this.#options.transport.heartbeat(lease));
        } catch (error) {
          if (isLost(error)) await this.#lost(lease);
        }
      }),
    );
  }

  /** Give back what was never opened; the open task is kept for this browser until its lease ends. */
  release(): void {
    for (const lease of this.#ahead.splice(0)) {
      // Never given back while another page of this browser could still take it up.
      this.finished(lease.id).then(
        () => this.#options.transport.release(lease),
        () => undefined,
      );
    }
  }

  async #left(): Promise<Lease[]> {
    const { database, owner, project, livingTabs, answered, now = Date.now } = this.#options;
    const stored = await database.getAllFromIndex("leases", "owner", owner);
    const [living, done] = await Promise.all([livingTabs(), answered()]);
    const usable = (each: StoredLease) =>
      each.project === project && !living.has(each.tab) && !done.has(each.id);
    return stored
      .filter((each) => usable(each) && Date.parse(each.lease.expires_at) > now())
      .map((each) => each.lease);
  }

  async #extended(lease: Lease, until: string): Promise<void> {
    const extended = { ...lease, expires_at: until };
    const place = this.#ahead.indexOf(lease);
    if (place >= 0) this.#ahead[place] = extended;
    else if (this.#current === lease) this.#current = extended;
    else return;
    await this.#store(extended);
  }

  async #lost(lease: Lease): Promise<void> {
    const place = this.#ahead.indexOf(lease);
    // The open task stays: its answer is still taken while its slot is open.
    if (place < 0) return;
    this.#ahead.splice(place, 1);
    await this.finished(lease.id);
  }

  async #store(lease: Lease): Promise<void> {
    const { database, owner, project, tab } = this.#options;
    await database.put("leases", { id: lease.id, owner, project, tab, lease });
  }
}
