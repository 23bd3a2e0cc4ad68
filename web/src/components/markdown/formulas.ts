import katex from "katex";
import { FORMULA, FORMULA_BLOCK } from "./parse";
import { sanitisedFormula } from "./sanitise";

/** Typeset the formulas in an element as MathML. One that is wrong stays as its source. */
export function typesetFormulas(container: Element): void {
  for (const element of container.querySelectorAll(`.${FORMULA}`)) {
    const source = element.textContent ?? "";
    const markup = typeset(source, element.classList.contains(FORMULA_BLOCK));
    if (markup !== null) element.replaceWith(sanitisedFormula(markup));
  }
}

function typeset(source: string, displayMode: boolean): string | null {
  try {
    return katex.renderToString(source, {
      displayMode,
      output: "mathml",
      throwOnError: true,
      trust: false,
      strict: false,
      maxExpand: 500,
      maxSize: 20,
    });
  } catch {
    return null;
  }
}
