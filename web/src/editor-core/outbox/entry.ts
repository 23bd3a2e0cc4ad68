import type { Schemas } from "@/api/client";

interface EntryBase {
  /** Names the work for good: the server answers the same when it comes again. */
  readonly id: string;
  /** Person and tenant. */
  readonly owner: string;
  readonly tenant: string;
  readonly project: string;
  /** When it was put in, milliseconds since 1970; entries are sent in this order. */
  readonly time: number;
  readonly attempts: number;
  /** Why the server refused it; such an entry waits for the person. */
  readonly refused?: Refusal;
}

export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly problems: readonly { readonly path: string; readonly rule: string; readonly message: string }[];
}

export type OutboxWork =
  | { readonly kind: "submit"; readonly body: Schemas["Submission"] }
  | { readonly kind: "revise"; readonly annotation: string; readonly body: Schemas["RevisionChange"] }
  | { readonly kind: "review"; readonly body: Schemas["Decision"] }
  | { readonly kind: "skip"; readonly lease: string; readonly body: Schemas["Skip"] };

/** One piece of finished work on its way to the server. */
export type OutboxEntry = EntryBase & OutboxWork;

/** What the server answered. */
export interface Sent {
  readonly leases: readonly Schemas["Lease"][];
  readonly revision?: number;
}
