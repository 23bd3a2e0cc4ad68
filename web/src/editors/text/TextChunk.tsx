import { memo, useCallback, useMemo, useSyncExternalStore } from "react";
import { useSelection } from "@/editor-core/react";
import { classColor } from "@/editors/colors";
import { piecesOf } from "@/editors/text/chunk-boxes";
import type { Cut } from "@/editors/text/cuts";
import classes from "@/editors/text/Text.module.css";
import type { TextSession } from "@/editors/text/text-session";

const MOST_LANES = 4;
const LANE = 3;

/** One paragraph, cut where spans begin and end. It hears of its own spans only. */
export const TextChunk = memo(function TextChunk({
  session,
  index,
}: {
  readonly session: TextSession;
  readonly index: number;
}) {
  const subscribe = useCallback(
    (listener: () => void) => session.spans.subscribe(index, listener),
    [session, index],
  );
  const spans = useSyncExternalStore(subscribe, () => session.spans.inChunk(index));
  const marked = useSelection((state) => {
    const own = spans.filter((span) => state.selected.includes(span.id) || state.hidden.has(span.id));
    return own.map(({ id }) => `${state.hidden.has(id) ? "-" : "+"}${id}`).join(" ");
  });
  const cuts = useMemo(
    // The list is new whenever a span of this chunk is different.
    () => (spans === null ? [] : piecesOf(session, index)),
    [session, index, spans],
  );
  const state = new Set(marked.split(" "));
  return (
    <div className={classes.chunk} data-chunk={index} dir="auto">
      {cuts.map((cut) => (
        <span key={cut.start} data-start={cut.start} {...pieceStyle(session, cut, state)}>
          {session.text.slice(cut.start, cut.end)}
        </span>
      ))}
    </div>
  );
});

function pieceStyle(session: TextSession, cut: Cut, state: ReadonlySet<string>) {
  const visible = cut.spans.filter(({ span }) => !state.has(`-${span.id}`));
  const inner = visible.reduce<(typeof visible)[number] | undefined>(
    (least, each) =>
      least === undefined || each.span.end - each.span.start < least.span.end - least.span.start
        ? each
        : least,
    undefined,
  );
  if (inner === undefined) return {};
  const isSelected = visible.some(({ span }) => state.has(`+${span.id}`));
  const lanes = visible.filter(({ lane }) => lane < MOST_LANES);
  const colorOf = (pointer: string, name: string) => {
    const placed = session.regionsAt(pointer);
    return placed === undefined ? "#bbbbbb" : classColor(placed.field, name);
  };
  const deepest = Math.max(0, ...lanes.map(({ lane }) => lane)) + 1;
  const lines = lanes.map(({ span, lane }) => {
    const color = colorOf(span.pointer, span.class);
    const fromBottom = (deepest - 1 - lane) * LANE;
    return `linear-gradient(${color}, ${color}) 0 calc(100% - ${fromBottom}px) / 100% 2px no-repeat`;
  });
  const tint = `color-mix(in srgb, ${colorOf(inner.span.pointer, inner.span.class)} ${isSelected ? 52 : 24}%, transparent)`;
  return {
    className: classes.piece,
    "data-selected": isSelected || undefined,
    style: { background: [...lines, tint].join(", "), paddingBottom: deepest * LANE },
  };
}
