import type { InputDeclaration, InputType, InterfaceDeclaration } from "@/interface/declaration";
import { placeOf } from "@/pages/project/imports/example-row";

/** What file choosers offer: files of rows, and media. */
export const ACCEPTED = ".jsonl,.ndjson,.csv,.tsv,.parquet,.zip,.gz,image/*,video/*,audio/*,application/pdf";

const MEDIA: readonly (readonly [string, InputType])[] = [
  ["image/", "image"],
  ["video/", "video"],
  ["audio/", "audio"],
  ["application/pdf", "document"],
];

/** The type of input that shows this file; null for a file of rows. */
export function mediaKindOf(file: Pick<File, "type">): InputType | null {
  return MEDIA.find(([start]) => file.type.startsWith(start))?.[1] ?? null;
}

/** The input that single files go to, or why there is none. */
export type FileTarget =
  | { readonly input: InputDeclaration; readonly refusal?: undefined }
  | { readonly input?: undefined; readonly refusal: "noInput" | "severalInputs" | "otherInputs" };

/** Where a file of this kind goes: the one input of its type, if an item needs nothing besides. */
export function targetOf(declaration: InterfaceDeclaration, kind: InputType): FileTarget {
  const fitting = declaration.inputs.filter((input) => input.type === kind && placeOf(input) !== null);
  const required = fitting.filter((input) => !input.optional);
  const candidates = required.length > 0 ? required : fitting;
  const [input, another] = candidates;
  if (input === undefined) return { refusal: "noInput" };
  if (another !== undefined) return { refusal: "severalInputs" };
  const isMissingMore = declaration.inputs.some((other) => other !== input && !other.optional);
  return isMissingMore ? { refusal: "otherInputs" } : { input };
}

export interface SortedFiles {
  /** Each is imported by a job of its own. */
  readonly rows: readonly File[];
  /** Each becomes an item. */
  readonly media: ReadonlyMap<InputType, readonly File[]>;
}

/** Tell files of rows from media. */
export function sortedFiles(files: Iterable<File>): SortedFiles {
  const rows: File[] = [];
  const media = new Map<InputType, File[]>();
  for (const file of files) {
    const kind = mediaKindOf(file);
    if (kind === null) rows.push(file);
    else media.set(kind, [...(media.get(kind) ?? []), file]);
  }
  return { rows, media };
}
