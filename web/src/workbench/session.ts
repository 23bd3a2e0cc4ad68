import { createStore } from "zustand/vanilla";
import type { Schemas } from "@/api/client";
import { ApiProblem } from "@/api/problem";
import { ActivityTracker } from "@/editor-core/activity";
import { AnswerDocument } from "@/editor-core/document";
import { DraftKeeper, draftKey, forgetDraft, recoverDraft } from "@/editor-core/drafts";
import type { HotkeyRegistry } from "@/editor-core/hotkey-registry";
import { openTask, picturesOf } from "@/editor-core/open-task";
import type { OutboxEntry, Sent } from "@/editor-core/outbox/entry";
import type { Outbox } from "@/editor-core/outbox/outbox";
import { LeaseQueue } from "@/editor-core/queue/lease-queue";
import type { MediaCache } from "@/editor-core/queue/media-cache";
import type { AnswerProblem, EditorTask } from "@/editor-core/task";
import type { Owner, SubmittedAnswer, WorkDatabase } from "@/editor-core/work-database";
import { fetchEditors } from "@/editors/registry";
import type { Answer } from "@/interface/answer";
import { answerOf, entriesOf } from "@/interface/answers";
import { problemsOf } from "@/interface/validation";
import { advancesByItself } from "@/workbench/auto-advance";
import { InterfaceVersions } from "@/workbench/interface-versions";
import type { OpenTab } from "@/workbench/tabs";
import { leaseTransport, type ProjectPlace, saveDraft } from "@/workbench/transport";
import type { ProjectSession } from "@/workbench/useProjectSession";

type Lease = Schemas["Lease"];
export type SkipReason = NonNullable<Schemas["Skip"]["reason"]>;

/** Own answers that can be opened again. */
const HISTORY = 10;

export interface WorkbenchState {
  readonly phase: "loading" | "working" | "empty" | "failed";
  readonly task: EditorTask | null;
  readonly lease: Lease | null;
  /** Whether the open task is an own answer that was opened again. */
  readonly reopened: boolean;
  readonly error: unknown;
  readonly ahead: number;
  /** Tasks submitted since the page was opened. */
  readonly submitted: number;
  readonly canGoBack: boolean;
  /** The server's draft was written by another tab; this tab's work is kept. */
  readonly draftConflict: boolean;
}

export interface WorkbenchOptions extends ProjectPlace {
  readonly owner: Owner;
  readonly database: WorkDatabase;
  readonly outbox: Outbox;
  readonly commands: HotkeyRegistry;
  readonly media: MediaCache;
  readonly tab: OpenTab;
  readonly ahead: number;
}

/** An annotator's work on one project: the queue, the open task, and where its answers go. */
export class WorkbenchSession implements ProjectSession {
  readonly store = createStore<WorkbenchState>(() => ({
    phase: "loading",
    task: null,
    lease: null,
    reopened: false,
    error: null,
    ahead: 0,
    submitted: 0,
    canGoBack: false,
    draftConflict: false,
  }));
  readonly #options: WorkbenchOptions;
  readonly #queue: LeaseQueue;
  readonly #interfaces: InterfaceVersions;
  readonly #endSent: () => void;
  #keeper: DraftKeeper | null = null;
  #activity = new ActivityTracker();
  #history: SubmittedAnswer[] = [];
  #reopened: SubmittedAnswer | null = null;
  #busy = false;
  #ended = false;

  constructor(options: WorkbenchOptions) {
    this.#options = options;
    this.#interfaces = new InterfaceVersions(options);
    this.#queue = new LeaseQueue({
      database: options.database,
      owner: options.owner,
      project: options.project,
      tab: options.tab.name,
      livingTabs: options.tab.living,
      transport: leaseTransport(options),
      ahead: options.ahead,
      answered: () => this.#answered(),
      onPrefetch: (lease) => void this.#prefetch(lease),
    });
    this.#endSent = options.outbox.onSent((entry, answer) => void this.#sent(entry, answer));
  }

  /** Time and presence of the open task. */
  get activity(): ActivityTracker {
    return this.#activity;
  }

  async start(): Promise<void> {
    try {
      await this.#options.outbox.refresh();
      this.#options.outbox.flush();
      const all = await this.#options.database.getAllFromIndex("history", "owner", this.#options.owner);
      this.#history = all
        .filter((each) => each.project === this.#options.project)
        .sort((a, b) => a.time - b.time);
      await this.#queue.start();
      await this.#openNext();
    } catch (error) {
      this.#failed(error);
    }
  }

  /** Ask for tasks again, after there were none or the server could not be reached. */
  async again(): Promise<void> {
    if (this.#busy || this.store.getState().phase === "working") return;
    this.store.setState({ phase: "loading", error: null });
    try {
      await this.#queue.start();
      await this.#openNext();
    } catch (error) {
      this.#failed(error);
    }
  }

  /** What keeps the answer from being submitted; empty when it is on its way. */
  async submit(): Promise<readonly AnswerProblem[]> {
    const { task, lease } = this.store.getState();
    if (task === null || lease === null || this.#busy) return [];
    const problems = problemsOf(task.document, task.declaration, task.data);
    task.problems?.setState({ shown: problems });
    if (problems.length > 0) return problems;
    await this.#exclusively(async () => {
      const answer = answerOf(task.document, task.declaration, task.data);
      await this.#putAnswer(lease, answer, this.#activity.total);
      await this.#leave(lease, true);
      this.store.setState({ submitted: this.store.getState().submitted + 1 });
      await this.#openNext();
    });
    return [];
  }

  async skip(reason: SkipReason, note: string): Promise<void> {
    const { lease } = this.store.getState();
    if (lease === null || this.#reopened !== null) return;
    await this.#exclusively(async () => {
      const body = { token: lease.token, reason, note: note === "" ? null : note };
      await this.#options.outbox.put({ ...this.#entry(lease.id), kind: "skip", lease: lease.id, body });
      await this.#leave(lease, true);
      await this.#openNext();
    });
  }

  /** Open the last own answer again. */
  async previous(): Promise<void> {
    const last = this.#history.at(-1);
    if (last === undefined) return;
    await this.#exclusively(async () => {
      const { lease } = this.store.getState();
      if (lease !== null) await this.#leave(lease, false);
      this.#history.pop();
      const takenBack = await this.#options.outbox.takeBack(last.id);
      if (takenBack) await this.#options.database.delete("history", last.id);
      this.#reopened = takenBack ? null : last;
      if (takenBack) this.#queue.reopen(last.lease);
      else if (lease !== null) this.#queue.reopen(lease);
      const { declaration } = await this.#interfaces.get(last.lease.interface_version);
      await this.#open(last.lease, new AnswerDocument(entriesOf(last.answer, declaration)), !takenBack);
    });
  }

  heartbeat(): Promise<void> {
    return this.#queue.heartbeat((error) => error instanceof ApiProblem && error.status < 500);
  }

  /** Write the server's copy of the draft now. */
  hidden(): void {
    void this.#keeper?.saveNow();
  }

  onOpened(listener: () => void): () => void {
    return this.store.subscribe((state, before) => {
      if (state.task !== before.task) listener();
    });
  }

  /** The page goes away: tasks ahead go back, the open one is found again by its draft. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#keeper?.end();
    this.#endSent();
    this.#queue.release();
  }

  async #exclusively(work: () => Promise<void>): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    try {
      await work();
    } catch (error) {
      this.#failed(error);
    } finally {
      this.#busy = false;
    }
  }

  async #putAnswer(lease: Lease, answer: Answer, activeMs: number): Promise<void> {
    const { outbox } = this.#options;
    const earlier = this.#reopened;
    const id = earlier?.id ?? crypto.randomUUID();
    const revision = (earlier?.revision ?? 0) + 1;
    // In the history first: an answer that is sent must not be one that cannot be opened again.
    await this.#remember({ ...this.#record(id, lease, answer), activeMs, revision });
    if (earlier !== null) {
      const body = { seen_revision: earlier.revision, answer, active_ms: activeMs };
      await outbox.put({ ...this.#entry(crypto.randomUUID()), kind: "revise", annotation: id, body });
    } else {
      const { id: lease_id, token } = lease;
      // One for this answer's own place, which is free once it has arrived.
      const lease_next = Math.min(50, this.#queue.wanted + 1);
      const body = { annotation_id: id, lease_id, token, answer, active_ms: activeMs, lease_next };
      await outbox.put({ ...this.#entry(id), kind: "submit", body });
    }
  }

  #record(id: string, lease: Lease, answer: Answer): Omit<SubmittedAnswer, "activeMs" | "revision"> {
    const { owner, project } = this.#options;
    return { id, owner, project, lease, answer, time: Date.now() };
  }

  async #remember(submitted: SubmittedAnswer): Promise<void> {
    const { database } = this.#options;
    await database.put("history", submitted);
    this.#history.push(submitted);
    for (const old of this.#history.splice(0, Math.max(0, this.#history.length - HISTORY))) {
      await database.delete("history", old.id);
    }
  }

  #entry(id: string) {
    const { owner, tenant, project } = this.#options;
    return { id, owner, tenant, project, time: Date.now(), attempts: 0 };
  }

  async #openNext(): Promise<void> {
    this.#reopened = null;
    const lease = this.#queue.current ?? this.#queue.next();
    if (lease !== null) return this.#open(lease, null, false);
    this.store.setState({ phase: "empty", task: null, lease: null, ...this.#counts() });
    await this.#options.outbox.settled();
    if (this.#queue.waiting === 0) await this.#queue.refill();
    const next = this.#queue.next();
    if (next !== null) await this.#open(next, null, false);
  }

  async #open(lease: Lease, document: AnswerDocument | null, reopened: boolean): Promise<void> {
    const { owner, database, commands, media } = this.#options;
    const opened = await this.#interfaces.get(lease.interface_version);
    const key = draftKey(owner, lease.task_id, lease.round);
    await fetchEditors(opened.declaration);
    const recovered = document === null ? await recoverDraft(database, key) : null;
    media.pin(picturesOf(lease, opened.declaration));
    const task = openTask({
      ...opened,
      lease,
      commands,
      decoded: (address) => media.decoded(address),
      ...((document ?? recovered?.document) ? { document: document ?? recovered!.document } : {}),
    });
    this.#follow(task, reopened ? null : lease, key, recovered?.revision ?? lease.draft?.revision ?? 0);
    this.store.setState({ phase: "working", task, lease, reopened, draftConflict: false, ...this.#counts() });
  }

  #follow(task: EditorTask, lease: Lease | null, key: string, revision: number): void {
    const activity = new ActivityTracker();
    this.#activity = activity;
    task.document.subscribe((change) => activity.changed(change));
    if (lease === null) {
      this.#keeper = null;
      return;
    }
    this.#keeper = new DraftKeeper({
      database: this.#options.database,
      base: { key, owner: this.#options.owner, entries: [...task.document.entries()], revision },
      document: task.document,
      answer: () => answerOf(task.document, task.declaration, task.data),
      save: (answer, seen) => saveDraft(this.#options, lease, answer, seen),
      isConflict: (error) => error instanceof ApiProblem && error.status === 409,
      onConflict: () => this.store.setState({ draftConflict: true }),
    });
  }

  /** The open task is left; when it is finished, its draft and lease are over. */
  async #leave(lease: Lease, finished: boolean): Promise<void> {
    const keeper = this.#keeper;
    this.#keeper = null;
    keeper?.end();
    if (!finished || this.#reopened !== null) return;
    this.#queue.next();
    const key = draftKey(this.#options.owner, lease.task_id, lease.round);
    await keeper?.written();
    await Promise.all([forgetDraft(this.#options.database, key), this.#queue.finished(lease.id)]);
  }

  async #sent(entry: OutboxEntry, answer: Sent): Promise<void> {
    if (entry.project !== this.#options.project || this.#ended) return;
    await this.#queue.add(answer.leases);
    this.store.setState(this.#counts());
    if (this.store.getState().phase === "empty" && this.#queue.waiting > 0) {
      await this.#exclusively(() => this.#openNext());
    } else if (entry.kind === "skip") {
      await this.#queue.refill().catch(() => undefined);
    }
  }

  #counts() {
    return { ahead: this.#queue.waiting, canGoBack: this.#history.length > 0 };
  }

  async #answered(): Promise<ReadonlySet<string>> {
    const { waiting, refused } = this.#options.outbox.store.getState();
    const leases = [...waiting, ...refused].flatMap((entry) =>
      entry.kind === "submit" ? [entry.body.lease_id] : entry.kind === "skip" ? [entry.lease] : [],
    );
    return new Set(leases);
  }

  async #prefetch(lease: Lease): Promise<void> {
    try {
      const { declaration } = await this.#interfaces.get(lease.interface_version);
      for (const address of picturesOf(lease, declaration)) await this.#options.media.decoded(address);
    } catch {
      // Fetched again, and its error shown, when the task is opened.
    }
  }

  #failed(error: unknown): void {
    if (this.store.getState().task === null) this.store.setState({ phase: "failed", error });
    else this.store.setState({ error });
  }

  /** Whether the open task goes on by itself once it is answered. */
  get advances(): boolean {
    const { task, reopened } = this.store.getState();
    return task !== null && !reopened && advancesByItself(task.declaration);
  }
}
