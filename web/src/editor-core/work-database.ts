import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import type { Schemas } from "@/api/client";
import type { ChangeSet, Entry } from "@/editor-core/changes";
import type { OutboxEntry } from "@/editor-core/outbox/entry";
import type { Answer } from "@/interface/answer";

/** Whose work it is: a person in a tenant. Nobody else's is ever read or sent. */
export type Owner = string;

export function ownerOf(person: string, tenant: string): Owner {
  return `${person}/${tenant}`;
}

/** A lease that some tab of this browser holds. */
export interface StoredLease {
  readonly id: string;
  readonly owner: Owner;
  readonly project: string;
  /** The tab that works on it. */
  readonly tab: string;
  readonly lease: Schemas["Lease"];
}

/** What a draft begins with; its operations follow in the order they were made. */
export interface DraftBase {
  readonly key: string;
  readonly owner: Owner;
  readonly entries: readonly Entry[];
  /** Revision of the server's copy. */
  readonly revision: number;
}

export interface DraftOperation {
  readonly key: string;
  readonly change: ChangeSet;
}

/** An own answer that can be opened again. */
export interface SubmittedAnswer {
  readonly id: string;
  readonly owner: Owner;
  readonly project: string;
  readonly lease: Schemas["Lease"];
  readonly answer: Answer;
  readonly activeMs: number;
  /** Highest revision that the server has, or will have once the outbox is empty. */
  readonly revision: number;
  readonly time: number;
}

interface WorkSchema extends DBSchema {
  outbox: { key: string; value: OutboxEntry; indexes: { owner: string } };
  leases: { key: string; value: StoredLease; indexes: { owner: string } };
  drafts: { key: string; value: DraftBase };
  operations: { key: number; value: DraftOperation; indexes: { key: string } };
  history: { key: string; value: SubmittedAnswer; indexes: { owner: string } };
}

export type WorkDatabase = IDBPDatabase<WorkSchema>;

/** Everything that must survive a reload, in this browser. */
export function openWorkDatabase(name = "assay-work"): Promise<WorkDatabase> {
  return openDB<WorkSchema>(name, 1, {
    upgrade(database) {
      for (const store of ["outbox", "leases", "history"] as const) {
        database.createObjectStore(store, { keyPath: "id" }).createIndex("owner", "owner");
      }
      database.createObjectStore("drafts", { keyPath: "key" });
      database.createObjectStore("operations", { autoIncrement: true }).createIndex("key", "key");
    },
  });
}
