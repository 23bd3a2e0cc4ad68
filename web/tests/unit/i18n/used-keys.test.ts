import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const source = fileURLToPath(new URL("../../../src", import.meta.url));
const NAMESPACE = /useTranslation\(\s*(?:\[\s*)?"([\w-]+)"/;
const ANY_TRANSLATION = /useTranslation\(/g;
const USED = /\bt\(\s*"([^"]+)"/g;
const USED_WITH_BEGINNING = /\bt\(\s*`([^`$]*)\$\{/g;

function keysOf(namespace: string): readonly string[] {
  const walk = (node: unknown, path: string): string[] =>
    typeof node === "string"
      ? [path]
      : Object.entries(node as Record<string, unknown>).flatMap(([key, value]) =>
          walk(value, path === "" ? key : `${path}.${key}`),
        );
  return walk(JSON.parse(readFileSync(`${source}/i18n/locales/en/${namespace}.json`, "utf8")), "");
}

const namespaces = readdirSync(`${source}/i18n/locales/en`).map((file) => file.replace(/\.json$/, ""));
const texts = new Map(namespaces.map((namespace) => [namespace, keysOf(namespace)]));
const files = readdirSync(source, { recursive: true, encoding: "utf8" }).filter((file) =>
  /\.tsx?$/.test(file),
);

/** The namespaces that the file's own keys may stand in. */
function namespacesOf(code: string): readonly string[] {
  const named = [...code.matchAll(new RegExp(NAMESPACE, "g"))].map((match) => match[1] ?? "");
  const all = [...code.matchAll(ANY_TRANSLATION)].length;
  return all > named.length ? [...named, "common"] : named;
}

function missing(
  code: string,
  pattern: RegExp,
  exists: (keys: readonly string[], key: string) => boolean,
): readonly string[] {
  const own = namespacesOf(code);
  return [...code.matchAll(pattern)]
    .map((match) => match[1] ?? "")
    .filter((used) => {
      const [namespace, key] = used.includes(":") ? (used.split(":", 2) as [string, string]) : [null, used];
      const places = namespace === null ? own : [namespace];
      return !places.some((place) => exists(texts.get(place) ?? [], key));
    });
}

describe.each(files.filter((file) => readFileSync(`${source}/${file}`, "utf8").includes("useTranslation(")))(
  "%s",
  (file) => {
    const code = readFileSync(`${source}/${file}`, "utf8");

    test("uses texts that exist", () => {
      const exists = (keys: readonly string[], key: string) =>
        keys.some((each) => each === key || each === `${key}_other`);
      expect(missing(code, USED, exists)).toEqual([]);
    });

    test("uses beginnings of texts that exist", () => {
      const exists = (keys: readonly string[], key: string) => keys.some((each) => each.startsWith(key));
      expect(missing(code, USED_WITH_BEGINNING, exists)).toEqual([]);
    });
  },
);

test("there are texts to look for", () => {
  expect(files.length).toBeGreaterThan(50);
  expect(texts.get("common")?.length).toBeGreaterThan(50);
});
