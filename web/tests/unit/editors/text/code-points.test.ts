import fc from "fast-check";
import { expect, test } from "vitest";
import { CodePointIndex } from "@/editors/text/code-points";

test("offsets are those that counting code points gives", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom("a", "é", "e\u0301", "😀", "👩‍💻", "ש", "\n")), (parts) => {
      const text = parts.join("");
      const index = new CodePointIndex(text);
      const points = [...text];
      expect(index.length).toBe(points.length);
      for (let count = 0; count <= points.length; count += 1) {
        const utf16 = points.slice(0, count).join("").length;
        expect(index.toUtf16(count)).toBe(utf16);
        expect(index.toCodePoint(utf16)).toBe(count);
      }
    }),
  );
});
