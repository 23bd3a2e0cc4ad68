import { describe, expect, test } from "vitest";
import {
  fileAddress,
  messagesOf,
  neutralValue,
  type Part,
  prettyJson,
  readArguments,
  toolNames,
  writtenIn,
} from "@/editors/chat/conversation";
import type { Json } from "@/interface/declaration";
import type { JsonObject } from "@/interface/json";

const elements = (...messages: JsonObject[]) =>
  messages.map((message, index) => [String(message.id ?? index), message] as const);
const partsOf = (message: JsonObject): readonly Part[] => messagesOf(elements(message))[0]?.parts ?? [];

describe("the parts of a message", () => {
  test("are its text", () => {
    expect(partsOf({ role: "user", content: "Hello" })).toEqual([{ kind: "text", text: "Hello" }]);
    expect(partsOf({ role: "user", content: "" })).toEqual([]);
    expect(partsOf({ role: "user", content: null })).toEqual([]);
    expect(partsOf({ role: "user" })).toEqual([]);
  });

  test("are what its list holds, in that order", () => {
    const url = "data:image/png;base64,AAAA";
    const content: Json = [
      { type: "text", text: "Look" },
      { type: "image_url", image_url: { url } },
      { type: "thinking", thinking: "Hm" },
      "bare",
      { type: "hologram", depth: 3 },
      7,
    ];
    expect(partsOf({ role: "user", content })).toEqual([
      { kind: "text", text: "Look" },
      { kind: "image", reference: { url }, name: "" },
      { kind: "reasoning", text: "Hm" },
      { kind: "text", text: "bare" },
      { kind: "unknown", value: { type: "hologram", depth: 3 } },
      { kind: "unknown", value: 7 },
    ]);
  });

  test("are calls and results, whichever way they are written", () => {
    const call = { kind: "toolCall", name: "find", call: "c1", input: { a: 1 } };
    const result = { kind: "toolResult", call: "c1", parts: [{ kind: "text", text: "found" }] };
    expect(
      partsOf({
        role: "assistant",
        content: null,
        tool_calls: [{ id: "c1", type: "function", function: { name: "find", arguments: '{"a":1}' } }],
      }),
    ).toEqual([call]);
    expect(
      partsOf({
        role: "assistant",
        content: [{ type: "tool_use", id: "c1", name: "find", input: { a: 1 } }],
      }),
    ).toEqual([call]);
    expect(partsOf({ role: "tool", tool_call_id: "c1", content: "found" })).toEqual([result]);
    expect(
      partsOf({ role: "user", content: [{ type: "tool_result", tool_use_id: "c1", content: "found" }] }),
    ).toEqual([result]);
  });

  test("never come from the prototype of an object", () => {
    expect(partsOf({ role: "user", content: [{ type: "constructor" }] })).toEqual([
      { kind: "unknown", value: { type: "constructor" } },
    ]);
  });
});

test("a result is called by the tool behind its call", () => {
  const messages = messagesOf(
    elements({ role: "assistant", tool_calls: [{ id: "c1", function: { name: "find", arguments: "{}" } }] }),
  );
  expect(toolNames(messages).get("c1")).toBe("find");
});

test("a message says which one it answers only where that is not the one before it", () => {
  const messages = messagesOf(
    elements(
      { id: "q", role: "user", content: "?" },
      { id: "a1", parent: "q", role: "assistant", content: "one" },
      { id: "a2", parent: "q", role: "assistant", content: "two" },
      { id: "x", parent: "gone", role: "user", content: "three" },
    ),
  );
  expect(messages.map(({ key, number, answers }) => [key, number, answers])).toEqual([
    ["q", 1, undefined],
    ["a1", 2, undefined],
    ["a2", 3, 1],
    ["x", 4, undefined],
  ]);
});

describe("a file", () => {
  const media = { "0a": "/api/v1/media/x" };
  const picture = "data:image/png;base64,AAAA";

  test("is read from the task's media or out of the data", () => {
    expect(fileAddress({ blob: "0a" }, media)).toBe("/api/v1/media/x");
    expect(fileAddress({ url: picture }, media)).toBe(picture);
    expect(fileAddress({ type: "base64", media_type: "image/png", data: "AAAA" }, media)).toBe(picture);
  });

  test.each([
    [{ url: "https://example.com/a.png" }],
    [{ url: "javascript:alert(1)" }],
    [{ url: "data:text/html;base64,AAAA" }],
    [{ url: "data:image/svg+xml;base64,AAAA" }],
    [{ blob: "toString" }],
    ["/etc/passwd"],
    [null],
    [3],
  ])("is not fetched from anywhere else: %j", (reference) => {
    expect(fileAddress(reference, media)).toBeUndefined();
  });
});

test("arguments that are no JSON stay as they are", () => {
  expect(readArguments('{"a": [1]}')).toEqual({ a: [1] });
  expect(readArguments("{broken")).toBe("{broken");
  expect(prettyJson({ a: 1 })).toBe('{\n  "a": 1\n}');
});

test("what is written is compared, and nothing tells who wrote it", () => {
  const message = { id: "m", role: "assistant", name: "large-model", model: "x", content: "Hello" };
  expect(
    writtenIn(elements(message, { role: "assistant", content: [{ type: "text", text: "there" }] })),
  ).toBe("Hello\n\nthere");
  expect(neutralValue(message)).toEqual({ role: "assistant", content: "Hello" });
});
