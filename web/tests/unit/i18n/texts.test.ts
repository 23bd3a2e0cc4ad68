import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const locales = fileURLToPath(new URL("../../../src/i18n/locales", import.meta.url));
const namespaces = (language: string) => readdirSync(`${locales}/${language}`).sort();

function flat(node: unknown, path = ""): [string, string][] {
  if (typeof node === "string") return [[path, node]];
  return Object.entries(node as Record<string, unknown>).flatMap(([key, value]) =>
    flat(value, path === "" ? key : `${path}.${key}`),
  );
}

function texts(language: string, file: string): Map<string, string> {
  return new Map(flat(JSON.parse(readFileSync(`${locales}/${language}/${file}`, "utf8"))));
}

const placeholders = (text: string) => (text.match(/\{\{[^}]+\}\}/g) ?? []).sort();

test("every namespace is there in both languages", () => {
  expect(namespaces("de")).toEqual(namespaces("en"));
});

describe.each(namespaces("en"))("%s", (file) => {
  const english = texts("en", file);
  const german = texts("de", file);

  test("has the same keys in both languages", () => {
    expect([...german.keys()].sort()).toEqual([...english.keys()].sort());
  });

  test("has no empty text", () => {
    const empty = [...english, ...german].filter(([, text]) => text.trim() === "");
    expect(empty).toEqual([]);
  });

  test("has the same placeholders in both languages", () => {
    for (const [key, text] of english)
      expect(placeholders(german.get(key) ?? ""), key).toEqual(placeholders(text));
  });
});
