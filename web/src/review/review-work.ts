import { createStore } from "zustand/vanilla";
import { api, got, type Schemas } from "@/api/client";
import { ApiProblem } from "@/api/problem";
import { ActivityTracker } from "@/editor-core/activity";
import { AnswerDocument } from "@/editor-core/document";
import { openTask, picturesOf } from "@/editor-core/open-task";
import { LeaseQueue, type LeaseTransport } from "@/editor-core/queue/lease-queue";
import type { AnswerOverlay, AnswerProblem, EditorTask } from "@/editor-core/task";
import type { PlacedField } from "@/editors/contract";
import { fetchEditors } from "@/editors/registry";
import type { Answer } from "@/interface/answer";
import { answerOf, entriesOf } from "@/interface/answers";
import type { InterfaceDeclaration, RegionsField } from "@/interface/declaration";
import { placedFields } from "@/interface/placed";
import { problemsOf } from "@/interface/validation";
import { ReviewSession } from "@/review/review-session";
import { InterfaceVersions } from "@/workbench/interface-versions";
import type { OpenTab } from "@/workbench/tabs";
import { leaseTransport, type ProjectPlace } from "@/workbench/transport";
import type { ProjectSession } from "@/workbench/useProjectSession";
import type { Work } from "@/workbench/useWork";

const PROJECT = "/api/v1/tenants/{tenant_id}/projects/{project_id}";
const COLORS = [
  "#1971c2",
  "#e8590c",
  "#2f9e44",
  "#9c36b5",
  "#c2255c",
  "#0c8599",
  "#846358",
  "#5f3dc4",
] as const;

/** A task that is under review now. */
export interface OpenReview {
  readonly lease: Schemas["Lease"];
  readonly task: EditorTask;
  readonly session: ReviewSession;
  readonly fields: readonly PlacedField[];
  /** Whether consensus left a proposal to accept. */
  readonly hasProposal: boolean;
}

export interface ReviewWorkState {
  readonly phase: "loading" | "working" | "empty" | "failed";
  readonly review: OpenReview | null;
  readonly error: unknown;
  readonly decided: number;
}

export interface ReviewWorkOptions extends ProjectPlace {
  readonly work: Work;
  readonly tab: OpenTab;
  readonly ahead: number;
  /** What an answer's author is called: "Annotator A". */
  readonly nameOf: (index: number) => string;
}

/** A reviewer's work on one project: the queue of reviews, the open one, and its verdict. */
export class ReviewWork implements ProjectSession {
  readonly store = createStore<ReviewWorkState>(() => ({
    phase: "loading",
    review: null,
    error: null,
    decided: 0,
  }));
  readonly #options: ReviewWorkOptions;
  readonly #queue: LeaseQueue;
  readonly #interfaces: InterfaceVersions;
  readonly #endSent: () => void;
  #activity = new ActivityTracker();
  #busy = false;

  constructor(options: ReviewWorkOptions) {
    this.#options = options;
    this.#interfaces = new InterfaceVersions(options);
    const { work, project, tab } = options;
    this.#queue = new LeaseQueue({
      database: work.database,
      owner: work.owner,
      // Leases of the two stages of a project are kept apart.
      project: `review ${project}`,
      tab: tab.name,
      livingTabs: tab.living,
      transport: reviewTransport(options),
      ahead: options.ahead,
      answered: async () => this.#answered(),
    });
    this.#endSent = work.outbox.onSent((entry, answer) => {
      if (entry.kind === "review" && entry.project === project) void this.#queue.add(answer.leases);
    });
  }

  get activity(): ActivityTracker {
    return this.#activity;
  }

  start(): Promise<void> {
    return this.#exclusively(async () => {
      await this.#options.work.outbox.refresh();
      this.#options.work.outbox.flush();
      await this.#queue.start();
      await this.#openNext();
    });
  }

  /** Accept, or, when the proposal was changed, submit it as a fix. What keeps it from that is answered. */
  async approve(): Promise<readonly AnswerProblem[]> {
    const { review } = this.store.getState();
    if (review === null) return [];
    const { task, session } = review;
    const changed = session.store.getState().changed || !review.hasProposal;
    const problems = changed ? problemsOf(task.document, task.declaration, task.data) : [];
    task.problems?.setState({ shown: problems });
    if (problems.length > 0) return problems;
    const answer = changed ? answerOf(task.document, task.declaration, task.data) : null;
    await this.#decide(review, changed ? "fix" : "accept", answer);
    return [];
  }

  /** Back to the annotators. False when there is no comment that says what to do. */
  async sendBack(): Promise<boolean> {
    const { review } = this.store.getState();
    if (review === null || review.session.store.getState().comments.length === 0) return false;
    await this.#decide(review, "send_back", null);
    return true;
  }

  heartbeat(): Promise<void> {
    return this.#queue.heartbeat((error) => error instanceof ApiProblem && error.status < 500);
  }

  onOpened(listener: () => void): () => void {
    return this.store.subscribe((state, before) => {
      if (state.review !== before.review) listener();
    });
  }

  /** A review has no draft: the proposal is the reviewer's again when they come back. */
  hidden(): void {}

  end(): void {
    this.#endSent();
    this.#queue.release();
  }

  async #decide(review: OpenReview, verdict: Schemas["Decision"]["verdict"], answer: Answer | null) {
    await this.#exclusively(async () => {
      const { work, tenant, project } = this.#options;
      const { lease, session } = review;
      const id = crypto.randomUUID();
      const body: Schemas["Decision"] = {
        review_id: id,
        lease_id: lease.id,
        token: lease.token,
        verdict,
        answer,
        comments: [...session.store.getState().comments],
        active_ms: this.#activity.total,
        lease_next: Math.min(50, this.#queue.wanted + 1),
      };
      const entry = { id, owner: work.owner, tenant, project, time: Date.now(), attempts: 0 };
      await work.outbox.put({ ...entry, kind: "review", body });
      await this.#queue.finished(lease.id);
      this.#queue.next();
      this.store.setState({ decided: this.store.getState().decided + 1 });
      await this.#openNext();
    });
  }

  async #openNext(): Promise<void> {
    let lease = this.#queue.current ?? this.#queue.next();
    if (lease === null) {
      this.store.setState({ phase: "loading", review: null });
      await this.#options.work.outbox.settled();
      if (this.#queue.waiting === 0) await this.#queue.refill();
      lease = this.#queue.next();
    }
    if (lease === null) this.store.setState({ phase: "empty", review: null });
    else this.store.setState({ phase: "working", review: await this.#opened(lease), error: null });
  }

  async #opened(lease: Schemas["Lease"]): Promise<OpenReview> {
    const { work } = this.#options;
    const opened = await this.#interfaces.get(lease.interface_version);
    const { declaration } = opened;
    await fetchEditors(declaration);
    const proposal = lease.label?.answer ?? null;
    work.media.pin(picturesOf(lease, declaration));
    const task = openTask({
      ...opened,
      lease,
      commands: work.commands,
      decoded: (address) => work.media.decoded(address),
      document: documentOf(proposal as Answer | null, declaration),
      overlays: this.#overlays(lease, declaration),
    });
    const fields = placedFields(declaration.fields);
    const regions = fields.filter((each): each is PlacedField<RegionsField> => each.field.type === "regions");
    this.#activity = new ActivityTracker();
    return { lease, task, fields, session: new ReviewSession(task, regions), hasProposal: proposal !== null };
  }

  #overlays(lease: Schemas["Lease"], declaration: InterfaceDeclaration): AnswerOverlay[] {
    return (lease.annotations ?? []).map((annotation, index) => ({
      id: annotation.id,
      name: this.#options.nameOf(index),
      color: COLORS[index % COLORS.length]!,
      document: documentOf(annotation.answer as Answer, declaration),
    }));
  }

  #answered(): ReadonlySet<string> {
    const { waiting, refused } = this.#options.work.outbox.store.getState();
    return new Set(
      [...waiting, ...refused].flatMap((entry) => (entry.kind === "review" ? [entry.body.lease_id] : [])),
    );
  }

  async #exclusively(work: () => Promise<void>): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    try {
      await work();
    } catch (error) {
      this.store.setState({ phase: "failed", error });
    } finally {
      this.#busy = false;
    }
  }
}

function documentOf(answer: Answer | null, declaration: InterfaceDeclaration): AnswerDocument {
  return new AnswerDocument(answer === null ? [] : entriesOf(answer, declaration));
}

/** Leasing of the review stage; heartbeats and giving back are those of every lease. */
function reviewTransport(place: ProjectPlace): LeaseTransport {
  const path = { tenant_id: place.tenant, project_id: place.project };
  return {
    ...leaseTransport(place),
    lease: async (count) =>
      (await got(api.POST(`${PROJECT}/reviews/leases`, { params: { path }, body: { count } }))).leases,
    held: async () => (await got(api.GET(`${PROJECT}/reviews/leases`, { params: { path } }))).leases,
  };
}
