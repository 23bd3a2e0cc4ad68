import { Marked, type Token, type TokenizerAndRendererExtension } from "marked";

/** Texts longer than this are shown as they are: nobody reads them as a page, and parsing would be felt. */
export const MAX_MARKDOWN_LENGTH = 200_000;
/** Marks in one paragraph beyond which it is not prose: some constructs cost the square of their number. */
const MAX_MARKS_IN_PARAGRAPH = 4_000;
const MARKS = /[[\]*_`<>~$|\\(!]/g;

/** Class of an element that holds the source of a formula until it is typeset. */
export const FORMULA = "assay-formula";
export const FORMULA_BLOCK = "assay-formula-block";

const NAMED: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (mark) => NAMED[mark] ?? mark);
}

const parser = new Marked({ gfm: true, breaks: true });

parser.use({
  extensions: [blockFormula(), inlineFormula()],
  renderer: {
    code({ text, lang }) {
      const language = /^[\w+#.-]{1,30}/.exec(lang ?? "")?.[0] ?? "";
      return `<pre title="${escapeHtml(language)}"><code>${escapeHtml(text)}</code></pre>`;
    },
    checkbox({ checked }) {
      return checked ? "☑ " : "☐ ";
    },
  },
});

/**
 * Markdown as HTML that is NOT safe yet. Null when the text is better shown as it is: too long, or made to
 * be slow.
 */
export function parseMarkdown(text: string): string | null {
  if (text.length > MAX_MARKDOWN_LENGTH || looksHostile(text)) return null;
  try {
    return parser.parse(text, { async: false });
  } catch {
    return null; // Nested deeper than the parser's stack.
  }
}

function looksHostile(text: string): boolean {
  for (const paragraph of text.split(/\n\s*\n/)) {
    if (paragraph.length < MAX_MARKS_IN_PARAGRAPH) continue;
    const prose = paragraph.startsWith("|") || paragraph.startsWith("```") ? 0 : count(paragraph, MARKS);
    if (prose > MAX_MARKS_IN_PARAGRAPH) return true;
  }
  return /^[ \t>*+-]{400,}/m.test(text);
}

function count(text: string, pattern: RegExp): number {
  let found = 0;
  for (const _ of text.matchAll(pattern)) found += 1;
  return found;
}

/** `$$..$$` and `\[..\]` that stand by themselves. */
function blockFormula(): TokenizerAndRendererExtension {
  return {
    name: "blockFormula",
    level: "block",
    start: (text) => firstOf(text, /\n(?:\$\$|\\\[)/),
    tokenizer: (text) => {
      const found = /^(?:\$\$([^$]{1,5000}?)\$\$|\\\[([\s\S]{1,5000}?)\\\])[ \t]*(?:\n|$)/.exec(text);
      return found === null ? undefined : formula("blockFormula", found);
    },
    renderer: (token) =>
      `<p><code class="${FORMULA} ${FORMULA_BLOCK}">${escapeHtml(sourceOf(token))}</code></p>`,
  };
}

/** `$..$` with no blank inside its ends and no digit after it (prices are not formulas), `\(..\)`, `$$..$$`. */
function inlineFormula(): TokenizerAndRendererExtension {
  return {
    name: "inlineFormula",
    level: "inline",
    start: (text) => firstOf(text, /\$|\\\(|\\\[/),
    tokenizer: (text) => {
      const found =
        /^\$\$([^$]{1,2000}?)\$\$/.exec(text) ??
        /^\$((?![\s$])(?:[^$\n\\]|\\[^\n]){1,1000}?)(?<!\s)\$(?!\d)/.exec(text) ??
        /^\\\(([^\n]{1,2000}?)\\\)/.exec(text) ??
        /^\\\[([\s\S]{1,2000}?)\\\]/.exec(text);
      return found === null ? undefined : formula("inlineFormula", found);
    },
    renderer: (token) => `<code class="${FORMULA}">${escapeHtml(sourceOf(token))}</code>`,
  };
}

function firstOf(text: string, pattern: RegExp): number | undefined {
  const found = text.slice(0, 20_000).search(pattern);
  return found < 0 ? undefined : found;
}

function formula(type: string, found: RegExpExecArray) {
  return { type, raw: found[0], text: (found[1] ?? found[2] ?? "").trim() };
}

function sourceOf(token: Token): string {
  return "text" in token && typeof token.text === "string" ? token.text : "";
}
