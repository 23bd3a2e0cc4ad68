/** What changed between two texts, word by word. */
export function WordDiff(_props: { readonly before: string; readonly after: string }) {
  return null;
}
