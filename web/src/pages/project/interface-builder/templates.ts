import type { Json } from "@/interface/declaration";

export interface Template {
  /** Also the key of its texts: "builder:templates.<id>". */
  readonly id: string;
  readonly interface: Json;
  /** An item as it would be imported. */
  readonly sample: { readonly [key: string]: Json };
}

const image = { name: "image", type: "image", source: "$.image" };
const text = { name: "text", type: "text", source: "$.text" };
const SENTENCE =
  "Ada Lovelace worked with Charles Babbage in London. The University of Oxford was not involved.";
const CHAT = [
  { role: "user", content: "How do I keep basil fresh?" },
  { role: "assistant", content: "Stand the stems in a glass of water, at room temperature." },
];

const values = (...names: string[]) => names.map((value) => ({ value }));
const regions = (classes: readonly Json[]) => ({ name: "objects", type: "regions", on: "image", classes });

/** Interfaces to begin with. */
export const TEMPLATES: readonly Template[] = [
  {
    id: "classification",
    interface: {
      version: 1,
      inputs: [image],
      fields: [
        { name: "category", type: "choice", options: values("good", "damaged", "unclear"), indexed: true },
      ],
    },
    sample: {},
  },
  {
    id: "boxes",
    interface: {
      version: 1,
      inputs: [image],
      fields: [
        regions([
          { value: "vehicle", geometry: "box" },
          { value: "person", geometry: "box" },
        ]),
      ],
    },
    sample: {},
  },
  {
    id: "polygons",
    interface: {
      version: 1,
      inputs: [image],
      fields: [
        regions([
          { value: "road", geometry: "polygon" },
          { value: "building", geometry: "polygon" },
        ]),
      ],
    },
    sample: {},
  },
  {
    id: "entities",
    interface: {
      version: 1,
      inputs: [text],
      fields: [
        {
          name: "entities",
          type: "regions",
          on: "text",
          ui: { snap: "word" },
          classes: [
            { value: "person", geometry: "span" },
            { value: "organisation", geometry: "span" },
            { value: "place", geometry: "span" },
          ],
        },
        {
          name: "links",
          type: "relations",
          between: "entities",
          required: false,
          types: [
            { value: "works_for", from: ["person"], to: ["organisation"] },
            { value: "located_in", from: ["person", "organisation"], to: ["place"] },
          ],
        },
      ],
    },
    sample: { text: SENTENCE },
  },
  {
    id: "textClassification",
    interface: {
      version: 1,
      inputs: [text],
      fields: [
        {
          name: "sentiment",
          type: "choice",
          options: values("positive", "neutral", "negative"),
          indexed: true,
        },
      ],
    },
    sample: { text: SENTENCE },
  },
  {
    id: "preference",
    interface: {
      version: 1,
      inputs: [
        { name: "prompt", type: "chat", source: "$.messages" },
        { name: "a", type: "text", source: "$.responses[0]" },
        { name: "b", type: "text", source: "$.responses[1]" },
      ],
      fields: [
        {
          name: "rubric",
          type: "group",
          each: "inputs:a,b",
          fields: [
            { name: "correct", type: "rating", min: 1, max: 5 },
            { name: "safe", type: "choice", options: values("yes", "no") },
          ],
        },
        { name: "overall", type: "preference", over: ["a", "b"], ties: true, both_bad: true, strength: 3 },
        { name: "why", type: "text", required: false },
      ],
    },
    sample: {
      messages: CHAT.slice(0, 1),
      responses: ["Stand the stems in water, at room temperature.", "Put it in the fridge."],
    },
  },
  {
    id: "chat",
    interface: {
      version: 1,
      inputs: [{ name: "conversation", type: "chat", source: "$.messages" }],
      fields: [
        {
          name: "turns",
          type: "group",
          each: "conversation[role=assistant]",
          fields: [
            { name: "helpful", type: "rating", min: 1, max: 5 },
            { name: "problem", type: "choice", required: false, options: values("wrong", "unsafe", "rude") },
          ],
        },
      ],
    },
    sample: { messages: CHAT },
  },
  {
    id: "transcription",
    interface: {
      version: 1,
      inputs: [image],
      fields: [
        { name: "transcript", type: "text", format: "transcript" },
        { name: "readable", type: "choice", options: values("fully", "partly", "not") },
      ],
    },
    sample: {},
  },
  {
    id: "empty",
    interface: {
      version: 1,
      inputs: [text],
      fields: [{ name: "answer", type: "choice", options: values("yes", "no") }],
    },
    sample: { text: SENTENCE },
  },
];
