/** Parts of the text that are marked by the browser itself, without any element of their own. */
export class HighlightLayer {
  readonly #name: string;
  #ranges: AbstractRange[] = [];

  /** `name` as the style sheet says it in ::highlight(). Several texts may use the same name. */
  constructor(name: string) {
    this.#name = name;
  }

  set(ranges: AbstractRange[]): void {
    if (!("highlights" in CSS)) return;
    if (ranges.length === 0 && this.#ranges.length === 0) return;
    let shared = CSS.highlights.get(this.#name);
    if (shared === undefined) {
      shared = new Highlight();
      CSS.highlights.set(this.#name, shared);
    }
    for (const range of this.#ranges) shared.delete(range);
    for (const range of ranges) shared.add(range);
    this.#ranges = ranges;
  }
}
