import type { EntryId } from "@/editor-core/changes";
import type { AnswerDocument } from "@/editor-core/document";
import type { Json } from "@/interface/declaration";
import type { JsonObject } from "@/interface/json";

export interface SharedAttributes {
  /** Attributes that have the same value in every one of the regions. */
  readonly values: JsonObject;
  /** Names of those that have not. */
  readonly differing: readonly string[];
}

const known = new WeakMap<AnswerDocument, SharedAttributes & { readonly key: string }>();

/** What the attributes of some regions have in common. The same object until one of them changes. */
export function sharedAttributes(document: AnswerDocument, ids: readonly EntryId[]): SharedAttributes {
  const all = ids.map((id) => document.region(id)?.attributes ?? {});
  const values: Record<string, Json> = {};
  const differing: string[] = [];
  for (const name of new Set(all.flatMap((each) => Object.keys(each)))) {
    const texts = new Set(all.map((each) => JSON.stringify(each[name])));
    if (texts.size === 1) values[name] = all[0]?.[name] as Json;
    else differing.push(name);
  }
  const key = JSON.stringify([ids, values, differing]);
  const before = known.get(document);
  if (before?.key === key) return before;
  const shared = { values, differing, key };
  known.set(document, shared);
  return shared;
}
