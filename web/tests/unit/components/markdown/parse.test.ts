import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FORMULA, FORMULA_BLOCK, MAX_MARKDOWN_LENGTH, parseMarkdown } from "@/components/markdown/parse";

const formula = (source: string) => `<code class="${FORMULA}">${source}</code>`;

describe("Markdown", () => {
  it("knows formulas from prices", () => {
    expect(parseMarkdown("Area $a^2$ here")).toContain(formula("a^2"));
    expect(parseMarkdown("\\(x_1\\) and $$y$$")).toContain(`${formula("x_1")} and ${formula("y")}`);
    expect(parseMarkdown("It costs $5 or $10 today")).not.toContain(FORMULA);
    expect(parseMarkdown("before\n\n$$\na < b\n$$\n")).toContain(
      `<code class="${FORMULA} ${FORMULA_BLOCK}">a &lt; b</code>`,
    );
    expect(parseMarkdown("`$a$`")).not.toContain(FORMULA);
  });

  it("names the language of code, and nothing else that stands there", () => {
    expect(parseMarkdown("```python\na < b\n```")).toBe('<pre title="python"><code>a &lt; b</code></pre>');
    expect(parseMarkdown('```"><img src=x onerror=run()>\ncode\n```')).toBe(
      '<pre title=""><code>code</code></pre>',
    );
  });

  it("draws lists of tasks without fields to fill in", () => {
    expect(parseMarkdown("- [x] done\n- [ ] open")).toMatch(/☑ done[\s\S]*☐ open/);
    expect(parseMarkdown("- [x] done")).not.toContain("<input");
  });

  it("leaves texts that are too long or made to be slow as they are", () => {
    expect(parseMarkdown("a".repeat(MAX_MARKDOWN_LENGTH + 1))).toBeNull();
    for (const hostile of [
      "[".repeat(50_000),
      "*a_".repeat(20_000),
      "> ".repeat(5_000),
      "$".repeat(60_000),
    ]) {
      const begun = performance.now();
      parseMarkdown(hostile);
      expect(performance.now() - begun).toBeLessThan(1_500);
    }
  });

  it("reads whatever is written", () => {
    const text = fc.string({ unit: fc.constantFrom(..."ab $\\[]()`*_<>|-\n#!~1"), maxLength: 120 });
    fc.assert(fc.property(text, (written) => typeof parseMarkdown(written) === "string"));
  });
});
