import type { PlacedSpan } from "@/editors/text/span-index";

/** A piece of a chunk over which the same spans lie. UTF-16 offsets of the whole text. */
export interface Cut {
  readonly start: number;
  readonly end: number;
  /** In order of their lanes. */
  readonly spans: readonly LanedSpan[];
}

export interface LanedSpan {
  readonly span: PlacedSpan;
  /** Underlines of spans that overlap lie in different lanes; 0 is next to the text. */
  readonly lane: number;
}

/** Cut a part of a text where spans start and end. `spans` come by start, longer ones first. */
export function cutAt(start: number, end: number, spans: readonly PlacedSpan[]): Cut[] {
  const laned = withLanes(spans.filter((span) => span.start < end && span.end > start));
  const edges = new Set([start, end]);
  for (const { span } of laned) edges.add(Math.max(start, span.start)).add(Math.min(end, span.end));
  const places = [...edges].sort((a, b) => a - b);
  const cuts: Cut[] = [];
  let next = 0;
  let open: LanedSpan[] = [];
  for (let index = 0; index < places.length - 1; index += 1) {
    const from = places[index] as number;
    open = open.filter(({ span }) => span.end > from);
    while (next < laned.length && (laned[next] as LanedSpan).span.start <= from) {
      open.push(laned[next] as LanedSpan);
      next += 1;
    }
    cuts.push({
      start: from,
      end: places[index + 1] as number,
      spans: [...open].sort((a, b) => a.lane - b.lane),
    });
  }
  return cuts;
}

/**
 * Give each span the lowest lane that is free from its start to its end, inner spans before the ones around
 * them: an inner span's underline is next to the text.
 */
export function withLanes(spans: readonly PlacedSpan[]): LanedSpan[] {
  const lanes: number[] = [];
  const result: LanedSpan[] = [];
  // From the right, so that of two spans that start together the shorter one is met first.
  for (let index = spans.length - 1; index >= 0; index -= 1) {
    const span = spans[index] as PlacedSpan;
    let lane = lanes.findIndex((taken) => taken >= span.end);
    if (lane < 0) lane = lanes.length;
    lanes[lane] = span.start;
    result.push({ span, lane });
  }
  return result.reverse();
}
