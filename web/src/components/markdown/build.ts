import { FORMULA, parseMarkdown } from "./parse";
import { type MediaAddresses, sanitised } from "./sanitise";

/** What the parts that are not text are called and look like. */
export interface MarkdownParts {
  readonly copy: string;
  readonly copied: string;
  readonly classes: Readonly<Record<string, string>>;
}

/** Put Markdown into an element, safe and ready to read. False when it is to be shown as plain text. */
export function buildMarkdown(
  container: HTMLElement,
  text: string,
  media: MediaAddresses,
  parts: MarkdownParts,
): boolean {
  const html = parseMarkdown(text);
  if (html === null) return false;
  const fragment = sanitised(html, media);
  for (const pre of fragment.querySelectorAll("pre")) frameCode(pre, parts);
  for (const table of fragment.querySelectorAll("table")) frameTable(table, parts);
  container.replaceChildren(fragment);
  void finish(container);
  return true;
}

/** Formulas and colours, each read from the server when a text first needs them. */
async function finish(container: HTMLElement): Promise<void> {
  if (container.querySelector(`.${FORMULA}`) !== null) {
    const { typesetFormulas } = await import("./formulas");
    typesetFormulas(container);
  }
  const blocks = [...container.querySelectorAll("pre[data-language] > code")];
  if (blocks.length === 0) return;
  const { highlight } = await import("./highlight");
  for (const block of blocks) highlight(block, block.parentElement?.dataset.language ?? "");
}

function frameCode(pre: HTMLPreElement, { copy, copied, classes }: MarkdownParts): void {
  const language = pre.getAttribute("title") ?? "";
  pre.removeAttribute("title");
  if (language !== "") pre.dataset.language = language;
  pre.tabIndex = 0;
  const frame = made("div", classes.code);
  const head = made("div", classes.codeHead);
  const label = made("span", classes.language);
  label.textContent = language;
  const button = made("button", classes.copy);
  button.setAttribute("type", "button");
  button.textContent = copy;
  button.addEventListener("click", () => {
    void navigator.clipboard.writeText(pre.textContent ?? "").then(() => {
      button.textContent = copied;
      button.addEventListener("blur", () => (button.textContent = copy), { once: true });
    });
  });
  head.append(label, button);
  pre.replaceWith(frame);
  frame.append(head, pre);
}

function frameTable(table: HTMLTableElement, { classes }: MarkdownParts): void {
  const frame = made("div", classes.table);
  frame.tabIndex = 0;
  table.replaceWith(frame);
  frame.append(table);
}

function made(tag: string, className: string | undefined): HTMLElement {
  const element = document.createElement(tag);
  if (className !== undefined) element.className = className;
  return element;
}
