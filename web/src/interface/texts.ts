/** The texts of a declaration in a person's language. */
import type { OptionDeclaration } from "@/interface/declaration";

interface Described {
  readonly title?: string;
  readonly help?: string;
  readonly translations?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** `language` is a tag such as "de" or "de-AT"; its own translation wins over that of the language alone. */
function translated(described: Described, key: "title" | "help", language: string): string | undefined {
  const translations = described.translations ?? {};
  for (const tag of [language, language.split("-", 1)[0] as string]) {
    const text = Object.hasOwn(translations, tag) ? translations[tag]?.[key] : undefined;
    if (typeof text === "string" && text !== "") return text;
  }
  const own = described[key];
  return own === undefined || own === null || own === "" ? undefined : own;
}

/** What an option, class or criterion is called; its value when the declaration gives it no title. */
export function optionTitle(option: OptionDeclaration, language: string): string {
  return translated(option, "title", language) ?? option.value;
}

/** What a field or input is called; its name when the declaration gives it no title. */
export function fieldTitle(field: Described & { readonly name: string }, language: string): string {
  return translated(field, "title", language) ?? field.name;
}

/** Help in Markdown; undefined when there is none. */
export function helpText(described: Described, language: string): string | undefined {
  return translated(described, "help", language);
}
