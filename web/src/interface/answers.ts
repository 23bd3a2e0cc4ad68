/** Between an answer as the server stores it and the entries of a document. */
import { type Entry, entryId } from "@/editor-core/changes";
import type { AnswerDocument } from "@/editor-core/document";
import type { ItemData } from "@/editor-core/task";
import type { Answer } from "@/interface/answer";
import { isAsked } from "@/interface/conditions";
import type {
  FieldDeclaration,
  GroupField,
  InterfaceDeclaration,
  Json,
  RegionsField,
} from "@/interface/declaration";
import { elementsOf, repetitionOf } from "@/interface/elements";
import { isList, isObject, type JsonObject, member } from "@/interface/json";
import { memberPointer } from "@/interface/pointers";

/** The entries a stored answer is made of. What the declaration does not know is left out. */
export function entriesOf(answer: Answer, declaration: InterfaceDeclaration): Entry[] {
  return [...entriesIn(declaration.fields, answer, "")];
}

function* entriesIn(
  fields: readonly FieldDeclaration[],
  values: JsonObject,
  pointer: string,
): Generator<Entry> {
  for (const field of fields) {
    const value = member(values, field.name);
    const own = memberPointer(pointer, field.name);
    if (value === undefined) continue;
    if (field.type === "regions" || field.type === "relations") yield* listed(value, own);
    else if (field.type !== "group") yield { id: own, value, order: 0 };
    else if (repetitionOf(field) === "once") {
      if (isObject(value)) yield* entriesIn(field.fields, value, own);
    } else if (isObject(value)) {
      for (const [key, inner] of Object.entries(value)) {
        if (isObject(inner)) yield* entriesIn(field.fields, inner, memberPointer(own, key));
      }
    }
  }
}

function* listed(value: Json, pointer: string): Generator<Entry> {
  if (!isList(value)) return;
  let order = 0;
  for (const each of value) {
    const id = member(each, "id");
    if (typeof id !== "string") continue;
    order += 1;
    yield { id: entryId(pointer, id), value: each, order };
  }
}

/**
 * The answer that a document stands for: fields that are not asked are left out, regions and relations are
 * in their order, every element of a group has its entry.
 */
export function answerOf(
  document: AnswerDocument,
  declaration: InterfaceDeclaration,
  data: ItemData,
): Answer {
  return new AnswerReader(document, declaration, data).level(declaration.fields, "");
}

/** Reads the values of a level out of a document. */
export class AnswerReader {
  readonly #document: AnswerDocument;
  readonly #declaration: InterfaceDeclaration;
  readonly #data: ItemData;

  constructor(document: AnswerDocument, declaration: InterfaceDeclaration, data: ItemData) {
    this.#document = document;
    this.#declaration = declaration;
    this.#data = data;
  }

  /** The values of the fields that are asked; `needed` limits it to some, for conditions that see no others. */
  level(
    fields: readonly FieldDeclaration[],
    pointer: string,
    needed: ReadonlySet<string> | null = null,
  ): JsonObject {
    const values: Record<string, Json> = {};
    for (const field of fields) {
      if (needed !== null && !needed.has(field.name)) continue;
      if (!isAsked(field, values)) continue;
      const value = this.value(field, memberPointer(pointer, field.name));
      if (value !== undefined) values[field.name] = value;
    }
    return values;
  }

  /** A field's value; undefined when there is no answer to it. */
  value(field: FieldDeclaration, pointer: string): Json | undefined {
    switch (field.type) {
      case "regions":
        return this.#list(field, pointer, (value) => withAskedAttributes(value, field));
      case "relations":
        return this.#list(field, pointer, (value) => value);
      case "group":
        return this.#group(field, pointer);
      default:
        return this.#document.value(pointer) ?? whenNothingIsGiven(field);
    }
  }

  #list(field: FieldDeclaration, pointer: string, read: (value: Json) => Json): Json | undefined {
    const entries = this.#document.under(pointer);
    if (entries.length === 0 && field.required === false) return undefined;
    return entries.map((entry) => read(entry.value));
  }

  #group(field: GroupField, pointer: string): Json | undefined {
    const isOnce = repetitionOf(field) === "once";
    const value = isOnce ? this.level(field.fields, pointer) : this.#each(field, pointer);
    return field.required === false &&
      !(isOnce ? holdsAnything(value) : Object.values(value).some(holdsAnything))
      ? undefined
      : value;
  }

  #each(field: GroupField, pointer: string): JsonObject {
    return Object.fromEntries(
      elementsOf(field, this.#declaration, this.#data).map(({ key }) => [
        key,
        this.level(field.fields, memberPointer(pointer, key)),
      ]),
    );
  }
}

function holdsAnything(value: Json): boolean {
  if (isList(value)) return value.length > 0;
  return isObject(value) ? Object.values(value).some(holdsAnything) : value !== "";
}

/** What leaving a required field alone means, where that is an answer: none of the options, no words. */
function whenNothingIsGiven(field: FieldDeclaration): Json | undefined {
  if (field.required === false) return undefined;
  if (field.type === "choice" && field.multi === true && field.min === 0) return [];
  if (field.type === "text" && field.min_length === 0) return "";
  return undefined;
}

/** A region as it is sent: without the attributes that are not asked of it. */
function withAskedAttributes(region: Json, field: RegionsField): Json {
  const attributes = member(region, "attributes");
  if (!isObject(region) || !isObject(attributes)) return region;
  const chosen = field.classes.find((each) => each.value === region.class);
  const { attributes: _, ...rest } = region;
  if (chosen?.attributes === undefined || chosen.attributes.length === 0) return rest;
  return { ...rest, attributes: askedValues(chosen.attributes, attributes) };
}

/** The values of the fields that are asked, out of the values of a level that may hold more. */
export function askedValues(fields: readonly FieldDeclaration[], values: JsonObject): JsonObject {
  const asked: Record<string, Json> = {};
  for (const field of fields) {
    const value = isAsked(field, asked)
      ? (member(values, field.name) ?? whenNothingIsGiven(field))
      : undefined;
    if (value !== undefined) asked[field.name] = value;
  }
  return asked;
}
