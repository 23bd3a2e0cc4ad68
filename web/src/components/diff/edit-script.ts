/** A stretch of two sequences: `before` elements of the first became `after` elements of the second. */
export interface Stretch {
  /** Whether the stretch is the same in both; then `before` equals `after`. */
  readonly same: boolean;
  /** Number of elements in the first sequence. */
  readonly before: number;
  /** Number of elements in the second sequence. */
  readonly after: number;
}

/**
 * The shortest way from one sequence to the other (Myers 1986), as stretches that cover both in order; stretches
 * that are the same and stretches that are not take turns. Null when more than `most` elements would have to be
 * removed and added: the cost grows with its square. Mere additions or removals in one place cost nothing.
 */
export function editScript<T>(
  before: readonly T[],
  after: readonly T[],
  most: number,
): readonly Stretch[] | null {
  const head = commonHead(before, after);
  const tail = commonTail(before, after, head);
  const inner = middle(
    before.slice(head, before.length - tail),
    after.slice(head, after.length - tail),
    most,
  );
  return inner === null ? null : joined([same(head), ...inner, same(tail)]);
}

function commonHead<T>(before: readonly T[], after: readonly T[]): number {
  const most = Math.min(before.length, after.length);
  let head = 0;
  while (head < most && before[head] === after[head]) head += 1;
  return head;
}

function commonTail<T>(before: readonly T[], after: readonly T[], head: number): number {
  const most = Math.min(before.length, after.length) - head;
  let tail = 0;
  while (tail < most && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail += 1;
  return tail;
}

/** The stretches in order, from the furthest points that each number of edits reaches. */
function middle<T>(before: readonly T[], after: readonly T[], most: number): Stretch[] | null {
  if (before.length === 0 || after.length === 0) return [changed(before.length, after.length)];
  const reached = furthestPoints(before, after, most);
  return reached === null ? null : walkedBack(reached, before.length, after.length);
}

/**
 * For each number of edits, how far every diagonal (place in `before` minus place in `after`) got in `before`;
 * diagonal k of d edits lies at index k + d, so that each row is no longer than it must be.
 */
function furthestPoints<T>(before: readonly T[], after: readonly T[], most: number): Int32Array[] | null {
  const rows: Int32Array[] = [];
  const limit = Math.min(most, before.length + after.length);
  for (let edits = 0; edits <= limit; edits += 1) {
    const row = new Int32Array(2 * edits + 1);
    const earlier = rows[edits - 1];
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      let x = earlier === undefined ? 0 : start(earlier, edits, diagonal);
      while (x < before.length && x - diagonal < after.length && before[x] === after[x - diagonal]) x += 1;
      row[diagonal + edits] = x;
      if (x >= before.length && x - diagonal >= after.length) return [...rows, row];
    }
    rows.push(row);
  }
  return null;
}

/** Where a diagonal begins with one edit more: from above by an addition, or from the left by a removal. */
function start(earlier: Int32Array, edits: number, diagonal: number): number {
  return isAddition(earlier, edits, diagonal)
    ? at(earlier, edits - 1, diagonal + 1)
    : at(earlier, edits - 1, diagonal - 1) + 1;
}

function isAddition(earlier: Int32Array, edits: number, diagonal: number): boolean {
  if (diagonal === -edits) return true;
  return diagonal !== edits && at(earlier, edits - 1, diagonal - 1) < at(earlier, edits - 1, diagonal + 1);
}

function at(row: Int32Array, edits: number, diagonal: number): number {
  return row[diagonal + edits] ?? 0;
}

function walkedBack(rows: readonly Int32Array[], beforeLength: number, afterLength: number): Stretch[] {
  const backwards: Stretch[] = [];
  let x = beforeLength;
  let y = afterLength;
  for (let edits = rows.length - 1; edits > 0; edits -= 1) {
    const earlier = rows[edits - 1];
    if (earlier === undefined) break;
    const diagonal = x - y;
    const added = isAddition(earlier, edits, diagonal);
    const fromDiagonal = added ? diagonal + 1 : diagonal - 1;
    const fromX = at(earlier, edits - 1, fromDiagonal);
    backwards.push(same(x - fromX - (added ? 0 : 1)), added ? changed(0, 1) : changed(1, 0));
    x = fromX;
    y = fromX - fromDiagonal;
  }
  backwards.push(same(x));
  return backwards.reverse();
}

/** Neighbours of one kind as one stretch; empty ones left out. */
function joined(stretches: readonly Stretch[]): Stretch[] {
  const result: Stretch[] = [];
  for (const stretch of stretches) {
    if (stretch.before + stretch.after === 0) continue;
    const last = result.at(-1);
    if (last?.same === stretch.same) {
      result[result.length - 1] = {
        same: stretch.same,
        before: last.before + stretch.before,
        after: last.after + stretch.after,
      };
    } else result.push(stretch);
  }
  return result;
}

function same(length: number): Stretch {
  return { same: true, before: length, after: length };
}

function changed(before: number, after: number): Stretch {
  return { same: false, before, after };
}
