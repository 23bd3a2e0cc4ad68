import type { InterfaceDeclaration } from "@/interface/declaration";

/** Whether a finished answer is submitted by itself: where the last field asks for it, or one click answers all. */
export function advancesByItself(declaration: InterfaceDeclaration): boolean {
  const last = declaration.fields.at(-1);
  if (last === undefined) return false;
  const wish = last.ui?.auto_advance;
  if (typeof wish === "boolean") return wish;
  if (declaration.fields.length > 1) return false;
  if (last.type === "choice") return last.multi !== true;
  return last.type === "rating" || (last.type === "preference" && last.mode !== "rank" && !last.strength);
}
