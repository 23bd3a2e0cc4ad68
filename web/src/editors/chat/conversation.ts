/** The messages of a chat value, whichever of the usual forms their content has (OpenAI's, Anthropic's, plain). */
import type { Json } from "@/interface/declaration";
import { isList, isObject, type JsonObject, member } from "@/interface/json";

/** A piece of a message. */
export type Part =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "reasoning"; readonly text: string }
  /** A file; `reference` is what the item's data says of it. */
  | { readonly kind: "image" | "audio" | "video" | "file"; readonly reference: Json; readonly name: string }
  | {
      readonly kind: "toolCall";
      readonly name: string;
      readonly call: string | undefined;
      readonly input: Json;
    }
  | { readonly kind: "toolResult"; readonly call: string | undefined; readonly parts: readonly Part[] }
  | { readonly kind: "unknown"; readonly value: Json };

export interface Message {
  /** The element's key, by which groups know it. */
  readonly key: string;
  /** Place in the conversation, from 1. */
  readonly number: number;
  readonly role: string;
  /** Who speaks, where there are several with one role. */
  readonly name: string | undefined;
  readonly parts: readonly Part[];
  /** Number of the message that this one answers, where that is not the one before it. */
  readonly answers: number | undefined;
  readonly value: JsonObject;
}

/** Roles whose messages are instructions: long, the same in every item, and folded away. */
const INSTRUCTING: ReadonlySet<string> = new Set(["system", "developer"]);

export function isInstruction({ role }: Message): boolean {
  return INSTRUCTING.has(role);
}

/** The messages of an input's elements. */
export function messagesOf(elements: readonly (readonly [string, JsonObject])[]): readonly Message[] {
  const numbers = new Map(elements.map(([, value], index) => [idOf(value.id), index + 1]));
  return elements.map(([key, value], index) => {
    const parent = idOf(value.parent);
    const answers = parent === undefined ? undefined : numbers.get(parent);
    return {
      key,
      number: index + 1,
      role: textOf(value.role) ?? "",
      name: textOf(value.name),
      parts: partsOfMessage(value),
      answers: answers === index ? undefined : answers,
      value,
    };
  });
}

/** What is written in messages, as one text. */
export function writtenIn(elements: readonly (readonly [string, JsonObject])[]): string {
  return messagesOf(elements)
    .flatMap(({ parts }) => parts.flatMap((part) => (part.kind === "text" ? [part.text] : [])))
    .join("\n\n");
}

/** Members that say what a message is, and nothing of who wrote it. */
const NEUTRAL = [
  "role",
  "content",
  "reasoning",
  "reasoning_content",
  "tool_calls",
  "tool_call_id",
  "function_call",
];

/** A message without what could tell which model it is from. */
export function neutralValue(value: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([name]) => NEUTRAL.includes(name)));
}

/** Name of the tool behind each call, by the call's id: a result names only the call. */
export function toolNames(messages: readonly Message[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const { parts } of messages) {
    for (const part of parts) {
      if (part.kind === "toolCall" && part.call !== undefined) names.set(part.call, part.name);
    }
  }
  return names;
}

/** JSON that is written in a string is read, so that it can be shown well; other strings stay as they are. */
export function readArguments(input: Json): Json {
  if (typeof input !== "string") return input;
  try {
    return JSON.parse(input) as Json;
  } catch {
    return input;
  }
}

/** JSON in lines; a string as it is. */
export function prettyJson(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}

/**
 * Where a file can be read: a stored one by the task's media, or one that is in the data itself. Nothing is
 * fetched from anywhere else.
 */
export function fileAddress(reference: Json, media: Readonly<Record<string, string>>): string | undefined {
  const named =
    typeof reference === "string" ? reference : (member(reference, "blob") ?? member(reference, "url"));
  if (typeof named === "string") {
    if (Object.hasOwn(media, named)) return media[named];
    return /^data:(?:image\/(?:png|jpeg|gif|webp)|audio\/[\w.+-]+|video\/[\w.+-]+);base64,/i.test(named)
      ? named
      : undefined;
  }
  const [data, type] = [member(reference, "data"), member(reference, "media_type")];
  if (typeof data !== "string" || typeof type !== "string") return undefined;
  return fileAddress(`data:${type};base64,${data}`, media);
}

function partsOfMessage(message: JsonObject): readonly Part[] {
  const reasoning = textOf(message.reasoning_content) ?? textOf(message.reasoning);
  const content = partsOfContent(message.content);
  const isResult = message.role === "tool" && !content.some((part) => part.kind === "toolResult");
  const call = idOf(message.tool_call_id);
  return [
    ...(reasoning ? [{ kind: "reasoning", text: reasoning } as const] : []),
    ...(isResult && call !== undefined ? [{ kind: "toolResult", call, parts: content } as const] : content),
    ...toolCallsOf(message),
  ];
}

function partsOfContent(content: Json | undefined): readonly Part[] {
  if (typeof content === "string") return content === "" ? [] : [{ kind: "text", text: content }];
  return isList(content) ? content.map(partOf) : [];
}

function partOf(value: Json): Part {
  if (typeof value === "string") return { kind: "text", text: value };
  if (!isObject(value)) return { kind: "unknown", value };
  const type = textOf(value.type) ?? "";
  const text = textOf(value.text) ?? textOf(value.thinking);
  if (/^(?:thinking|reasoning)/.test(type)) return { kind: "reasoning", text: text ?? "" };
  if (/^tool_?(?:use|call)$/.test(type)) return toolCallOf(value);
  if (/^tool_?result$/.test(type)) {
    const call = idOf(value.tool_use_id) ?? idOf(value.tool_call_id);
    return { kind: "toolResult", call, parts: partsOfContent(value.content) };
  }
  const file = fileOf(type, value);
  if (file !== undefined) return file;
  return text === undefined ? { kind: "unknown", value } : { kind: "text", text };
}

const FILE_TYPES: Readonly<Record<string, "image" | "audio" | "video" | "file">> = {
  image: "image",
  image_url: "image",
  input_image: "image",
  audio: "audio",
  audio_url: "audio",
  video: "video",
  video_url: "video",
  file: "file",
  document: "file",
};

function fileOf(type: string, value: JsonObject): Part | undefined {
  const kind = Object.hasOwn(FILE_TYPES, type) ? FILE_TYPES[type] : undefined;
  if (kind === undefined) return undefined;
  const reference = value[type] ?? value.source ?? value;
  const name =
    textOf(value.alt) ?? textOf(value.name) ?? textOf(value.file_name) ?? textOf(value.title) ?? "";
  return { kind, reference, name };
}

function toolCallsOf(message: JsonObject): readonly Part[] {
  const calls = isList(message.tool_calls) ? message.tool_calls.filter(isObject) : [];
  const single = isObject(message.function_call) ? [message.function_call] : [];
  return [...calls, ...single].map(toolCallOf);
}

function toolCallOf(call: JsonObject): Part {
  const described = isObject(call.function) ? call.function : call;
  const input = described.arguments ?? described.input ?? described.args ?? null;
  const name = textOf(described.name) ?? textOf(described.tool_name) ?? "?";
  return {
    kind: "toolCall",
    name,
    call: idOf(call.id) ?? idOf(call.tool_call_id),
    input: readArguments(input),
  };
}

function textOf(value: Json | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function idOf(value: Json | undefined): string | undefined {
  return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
}
