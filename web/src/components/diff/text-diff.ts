import { editScript, type Stretch } from "./edit-script";

/** A stretch of text that both texts have, or that only one of them has. */
export interface TextChange {
  readonly kind: "same" | "removed" | "added";
  readonly text: string;
}

/** Words that may be removed or added before lines are compared first. Some 20 ms of work at most. */
const MOST_WORD_EDITS = 1_200;
const MOST_LINE_EDITS = 1_500;
/** Edits that the words of one changed stretch of lines may have; beyond, all of it is removed and added. */
const MOST_EDITS_IN_LINES = 400;
/** Edits that all stretches of lines together may have. */
const MOST_EDITS_IN_ALL_LINES = 4_000;

const NO_SPACES =
  "\\p{sc=Han}\\p{sc=Hiragana}\\p{sc=Katakana}\\p{sc=Thai}\\p{sc=Lao}\\p{sc=Khmer}\\p{sc=Myanmar}";
/** Words, blanks and single marks. Writing that has no spaces between words goes letter by letter. */
const WORDS = new RegExp(
  `[${NO_SPACES}]\\p{M}*|(?:(?![${NO_SPACES}])[\\p{L}\\p{M}\\p{N}_])+|\\r?\\n|[^\\S\\n]+|[^]`,
  "gu",
);
const LINES = /[^\n]*\n|[^\n]+$/g;

/**
 * What changed between two texts, in reading order: what is `same` or `removed` makes up `before`, what is `same`
 * or `added` makes up `after`. Words are compared; in long texts that differ a lot, lines first. The work is
 * bounded whatever the texts are.
 */
export function diffTexts(before: string, after: string): readonly TextChange[] {
  const [oldWords, newWords] = [split(before, WORDS), split(after, WORDS)];
  const words = editScript(oldWords, newWords, MOST_WORD_EDITS);
  if (words !== null) return readable(changesOf(words, oldWords, newWords));
  const [oldLines, newLines] = [split(before, LINES), split(after, LINES)];
  const lines = editScript(oldLines, newLines, MOST_LINE_EDITS) ?? [
    { same: false, before: oldLines.length, after: newLines.length },
  ];
  return readable(refined(changesOf(lines, oldLines, newLines)));
}

function split(text: string, pattern: RegExp): readonly string[] {
  return text.match(pattern) ?? [];
}

function changesOf(
  stretches: readonly Stretch[],
  before: readonly string[],
  after: readonly string[],
): TextChange[] {
  const changes: TextChange[] = [];
  let [x, y] = [0, 0];
  for (const stretch of stretches) {
    const old = before.slice(x, x + stretch.before).join("");
    if (stretch.same) changes.push({ kind: "same", text: old });
    else changes.push(...replacement(old, after.slice(y, y + stretch.after).join("")));
    x += stretch.before;
    y += stretch.after;
  }
  return changes;
}

function replacement(removed: string, added: string): TextChange[] {
  const both: TextChange[] = [
    { kind: "removed", text: removed },
    { kind: "added", text: added },
  ];
  return both.filter((change) => change.text !== "");
}

/** Lines that became other lines, word by word while that is cheap. */
function refined(changes: readonly TextChange[]): TextChange[] {
  const result: TextChange[] = [];
  let left = MOST_EDITS_IN_ALL_LINES;
  changes.forEach((change, index) => {
    const next = changes[index + 1];
    if (change.kind === "added" && changes[index - 1]?.kind === "removed") return;
    if (change.kind !== "removed" || next?.kind !== "added") {
      result.push(change);
      return;
    }
    const [oldWords, newWords] = [split(change.text, WORDS), split(next.text, WORDS)];
    const most = Math.min(MOST_EDITS_IN_LINES, left);
    const words = editScript(oldWords, newWords, most);
    left -=
      words === null
        ? most
        : words.reduce((sum, each) => sum + (each.same ? 0 : each.before + each.after), 0);
    result.push(...(words === null ? [change, next] : changesOf(words, oldWords, newWords)));
  });
  return result;
}

/** Changes that only a blank parts are one change: people read phrases, not words. */
function readable(changes: readonly TextChange[]): TextChange[] {
  const result: TextChange[] = [];
  let [removed, added] = ["", ""];
  const settle = () => {
    result.push(...replacement(removed, added));
    [removed, added] = ["", ""];
  };
  changes.forEach((change, index) => {
    const within = removed + added !== "" && index + 1 < changes.length;
    if (change.kind === "removed") removed += change.text;
    else if (change.kind === "added") added += change.text;
    else if (within && /^[^\S\n]+$/.test(change.text)) {
      removed += change.text;
      added += change.text;
    } else {
      settle();
      result.push(change);
    }
  });
  settle();
  return result;
}
