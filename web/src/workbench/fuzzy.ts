/** How well a text fits what was typed, higher is better; null when its letters are not there in order. */
export function fuzzyScore(query: string, text: string): number | null {
  const [wanted, given] = [query.trim().toLowerCase(), text.toLowerCase()];
  let [score, from, run] = [0, 0, 0];
  for (const letter of wanted) {
    if (letter === " ") continue;
    const at = given.indexOf(letter, from);
    if (at < 0) return null;
    run = at === from ? run + 1 : 1;
    const startsWord = at === 0 || /[^\p{L}\p{N}]/u.test(given[at - 1] ?? "");
    score += run * 2 + (startsWord ? 5 : 0) - Math.min(at - from, 5) * 0.2;
    from = at + letter.length;
  }
  return score - given.length * 0.01;
}

/** Those that fit, best first. */
export function fuzzyFound<T>(all: readonly T[], query: string, textOf: (each: T) => string): readonly T[] {
  if (query.trim() === "") return all;
  return all
    .flatMap((each) => {
      const score = fuzzyScore(query, textOf(each));
      return score === null ? [] : [{ each, score }];
    })
    .sort((a, b) => b.score - a.score)
    .map(({ each }) => each);
}
