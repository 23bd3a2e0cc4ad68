import type { Schemas } from "@/api/client";
import type { Entry } from "@/editor-core/changes";
import { AnswerDocument } from "@/editor-core/document";
import type { HotkeyRegistry } from "@/editor-core/hotkey-registry";
import { makeTask } from "@/editor-core/make-task";
import type { AnswerOverlay, EditorTask, ItemData, ProblemStore } from "@/editor-core/task";
import type { Answer } from "@/interface/answer";
import { entriesOf } from "@/interface/answers";
import type { Hotkeys, InterfaceDeclaration, Json } from "@/interface/declaration";

/** An interface version as the editors need it. */
export interface OpenInterface {
  readonly declaration: InterfaceDeclaration;
  readonly hotkeys: Hotkeys;
}

/** The server has checked every declaration that it stores. */
export function openInterface(version: Schemas["InterfaceVersion"]): OpenInterface {
  return {
    declaration: version.interface as unknown as InterfaceDeclaration,
    hotkeys: version.hotkeys as Hotkeys,
  };
}

export interface OpenTaskOptions extends OpenInterface {
  readonly lease: Schemas["Lease"];
  readonly commands: HotkeyRegistry;
  readonly decoded: (address: string) => Promise<ImageBitmap>;
  /** A document that was recovered or reopened; else it begins with the lease's draft, answer or pre-label. */
  readonly document?: AnswerDocument;
  readonly readOnly?: boolean;
  readonly overlays?: readonly AnswerOverlay[];
}

/** What a leased task begins with: the draft, else the own answer of the round before, else the pre-label. */
export function initialEntries(lease: Schemas["Lease"], declaration: InterfaceDeclaration): Entry[] {
  const answer = lease.draft?.answer ?? lease.previous ?? lease.prelabel?.answer;
  return answer == null ? [] : entriesOf(answer as Answer, declaration);
}

/** Open a leased task for the editors. */
export function openTask(options: OpenTaskOptions): EditorTask & { readonly problems: ProblemStore } {
  const { lease, declaration } = options;
  return makeTask({
    id: lease.task_id,
    declaration,
    hotkeys: options.hotkeys,
    data: lease.data as ItemData,
    media: lease.media ?? {},
    document: options.document ?? new AnswerDocument(initialEntries(lease, declaration)),
    commands: options.commands,
    readOnly: options.readOnly ?? false,
    shownOrder: shownOrderOf(lease),
    overlays: options.overlays ?? [],
    decoded: options.decoded,
  });
}

/** Servers that do not choose an order leave it out. */
function shownOrderOf(lease: Schemas["Lease"]): Readonly<Record<string, readonly string[]>> {
  const order = "shown_order" in lease ? lease.shown_order : undefined;
  return typeof order === "object" && order !== null ? (order as Record<string, readonly string[]>) : {};
}

/** Addresses of the pictures of a task that are worth decoding ahead. */
export function picturesOf(lease: Schemas["Lease"], declaration: InterfaceDeclaration): string[] {
  const media = lease.media ?? {};
  const data = lease.data as ItemData;
  return declaration.inputs
    .filter((input) => input.type === "image")
    .flatMap((input) => blobsIn(data[input.source.replace(/^\$\./, "")]))
    .flatMap((blob) => (Object.hasOwn(media, blob) ? [media[blob]!] : []));
}

/** Larger pictures are shown by tiles, in pixels. */
const MOST_PIXELS = 40_000_000;

function blobsIn(value: Json | undefined): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
  const { width, height, ...rest } = value as Record<string, Json>;
  if (typeof width === "number" && typeof height === "number" && width * height > MOST_PIXELS) return [];
  return Object.values(rest).filter((each) => typeof each === "string");
}
