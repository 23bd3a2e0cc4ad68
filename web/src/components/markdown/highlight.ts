import { javascriptLanguage, tsxLanguage } from "@codemirror/lang-javascript";
import { jsonLanguage } from "@codemirror/lang-json";
import { pythonLanguage } from "@codemirror/lang-python";
import type { Language } from "@codemirror/language";
import { classHighlighter, highlightCode } from "@lezer/highlight";

const LANGUAGES: Readonly<Record<string, Language>> = {
  js: javascriptLanguage,
  javascript: javascriptLanguage,
  jsx: tsxLanguage,
  ts: tsxLanguage,
  typescript: tsxLanguage,
  tsx: tsxLanguage,
  json: jsonLanguage,
  py: pythonLanguage,
  python: pythonLanguage,
};
/** Longer code is read without colours: marking it would be felt. */
const MAX_HIGHLIGHTED = 50_000;

/** Colour an element's code, when its language is known. The colours are classes `tok-*`. */
export function highlight(element: Element, language: string): void {
  const known = LANGUAGES[language.toLowerCase()];
  const code = element.textContent ?? "";
  if (known === undefined || code.length > MAX_HIGHLIGHTED) return;
  const parts: Node[] = [];
  highlightCode(
    code,
    known.parser.parse(code),
    classHighlighter,
    (text, classes) => parts.push(part(text, classes)),
    () => parts.push(document.createTextNode("\n")),
  );
  element.replaceChildren(...parts);
}

function part(text: string, classes: string): Node {
  if (classes === "") return document.createTextNode(text);
  const span = document.createElement("span");
  span.className = classes;
  span.textContent = text;
  return span;
}
