export type Point = readonly [x: number, y: number];

/** A ring of more points is left to the server, which has a faster way. */
const MOST_POINTS = 2_000;

/** Whether a closed ring neither touches nor crosses itself. */
export function isSimple(points: readonly Point[]): boolean {
  const count = points.length;
  if (count < 3 || count > MOST_POINTS) return count >= 3;
  const edge = (index: number): [Point, Point] => [
    points[index] as Point,
    points[(index + 1) % count] as Point,
  ];
  for (let first = 0; first < count; first += 1) {
    const [a, b] = edge(first);
    if (a[0] === b[0] && a[1] === b[1]) return false;
    if (foldsBack(a, b, points[(first + 2) % count] as Point)) return false;
    for (let second = first + 2; second < count; second += 1) {
      const isNeighbour = first === 0 && second === count - 1;
      if (!isNeighbour && meet(a, b, ...edge(second))) return false;
    }
  }
  return true;
}

function turn(a: Point, b: Point, c: Point): number {
  return Math.sign((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]));
}

/** Whether the edge b-c runs back over a-b. */
function foldsBack(a: Point, b: Point, c: Point): boolean {
  return turn(a, b, c) === 0 && (a[0] - b[0]) * (c[0] - b[0]) + (a[1] - b[1]) * (c[1] - b[1]) > 0;
}

function isBetween(a: Point, b: Point, c: Point): boolean {
  return (
    Math.min(a[0], b[0]) <= c[0] &&
    c[0] <= Math.max(a[0], b[0]) &&
    Math.min(a[1], b[1]) <= c[1] &&
    c[1] <= Math.max(a[1], b[1])
  );
}

function meet(a: Point, b: Point, c: Point, d: Point): boolean {
  const [abc, abd, cda, cdb] = [turn(a, b, c), turn(a, b, d), turn(c, d, a), turn(c, d, b)];
  if (abc !== abd && cda !== cdb) return true;
  return (
    (abc === 0 && isBetween(a, b, c)) ||
    (abd === 0 && isBetween(a, b, d)) ||
    (cda === 0 && isBetween(c, d, a)) ||
    (cdb === 0 && isBetween(c, d, b))
  );
}
