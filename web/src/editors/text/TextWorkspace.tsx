import { useVirtualizer } from "@tanstack/react-virtual";
import { useCallback, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useStore } from "zustand";
import { takeClasses } from "@/editors/regions/class-picking";
import { announce, textCommands } from "@/editors/text/commands";
import { DraftBar } from "@/editors/text/DraftBar";
import { markSelection } from "@/editors/text/editing";
import { OverlayPainter } from "@/editors/text/overlay-painter";
import { followPointer } from "@/editors/text/pointer";
import { endsOf, type Relation } from "@/editors/text/relations";
import { SearchBar } from "@/editors/text/SearchBar";
import { screenView } from "@/editors/text/screen-view";
import classes from "@/editors/text/Text.module.css";
import { TextBar } from "@/editors/text/TextBar";
import { TextChunk } from "@/editors/text/TextChunk";
import type { TextSession } from "@/editors/text/text-session";

/** Height of one line in CSS pixels: with room for labels above and underlines below, or without. */
const LINE = { marked: 40, plain: 26 };
const CHARACTERS_PER_LINE = 95;

/** Texts that are open, the one that class keys go to last. */
const open = new Map<object, TextSession[]>();

/** The text itself: what is drawn, what pointer and keyboard do. */
export function TextWorkspace({ session, title }: { readonly session: TextSession; readonly title: string }) {
  const { t } = useTranslation("text");
  const scroller = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [painter, setPainter] = useState<OverlayPainter | null>(null);
  const isMarked = session.regions.length > 0;
  const line = isMarked ? LINE.marked : LINE.plain;

  const virtualizer = useVirtualizer({
    count: session.chunks.count,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => {
      const { start, end } = session.chunks.at(index);
      return Math.max(1, Math.ceil((end - start) / CHARACTERS_PER_LINE)) * line + 4;
    },
    overscan: 4,
  });
  const goTo = useCallback(
    (index: number) => virtualizer.scrollToIndex(index, { align: "center" }),
    [virtualizer],
  );

  useEffect(() => {
    if (scroller.current === null || canvas.current === null) return;
    return attach(session, scroller.current, canvas.current, line, goTo, setPainter);
  }, [session, goTo, line]);
  useCommands(session, scroller);
  // What is on the screen is different after every render of this component: it scrolled.
  useEffect(() => painter?.request());

  const items = virtualizer.getVirtualItems();
  return (
    <section className={classes.root} aria-label={title}>
      {isMarked && <TextBar session={session} title={title} onDone={() => scroller.current?.focus()} />}
      <SearchBar session={session} onDone={() => scroller.current?.focus()} />
      <div className={classes.page}>
        {/* biome-ignore lint/a11y/useSemanticElements: a text area could show neither spans nor a megabyte */}
        <div
          ref={scroller}
          className={classes.scroller}
          data-marked={isMarked || undefined}
          role="textbox"
          aria-multiline="true"
          aria-readonly="true"
          aria-label={t(isMarked ? "labelMarked" : "label", { title })}
          tabIndex={0}
        >
          <div className={classes.sheet} style={{ height: virtualizer.getTotalSize() }}>
            <div style={{ transform: `translateY(${items[0]?.start ?? 0}px)` }}>
              {items.map((item) => (
                <div key={item.key} data-index={item.index} ref={virtualizer.measureElement}>
                  <TextChunk session={session} index={item.index} />
                </div>
              ))}
            </div>
          </div>
        </div>
        <canvas ref={canvas} className={classes.overlay} />
      </div>
      <DraftBar session={session} onDone={() => scroller.current?.focus()} />
      <Message session={session} />
    </section>
  );
}

function Message({ session }: { readonly session: TextSession }) {
  const message = useStore(session.state, (state) => state.message);
  return (
    <div className={classes.message} aria-live="polite">
      {message}
    </div>
  );
}

/** Connect a session with its place on the screen until the answer is called. */
function attach(
  session: TextSession,
  scroller: HTMLElement,
  canvas: HTMLCanvasElement,
  line: number,
  goTo: (index: number) => void,
  setPainter: (painter: OverlayPainter | null) => void,
): () => void {
  const painter = new OverlayPainter(session, scroller, canvas);
  const paint = () => painter.request();
  const readColors = () => {
    const style = getComputedStyle(scroller);
    painter.setColors({
      text: style.color,
      surface: style.getPropertyValue("--text-surface").trim(),
      accent: style.getPropertyValue("--text-accent").trim(),
    });
  };
  session.view = screenView(session, scroller, painter, line, goTo);
  const resized = new ResizeObserver(() => painter.remeasure());
  resized.observe(scroller);
  const theme = new MutationObserver(readColors);
  theme.observe(document.documentElement, { attributeFilter: ["data-mantine-color-scheme"] });
  const stops = [
    session.follow(),
    session.task.document.subscribe(paint),
    session.task.selection.subscribe(paint),
    session.state.subscribe(paint),
    session.task.onReveal((id) => revealed(session, id)),
    followPointer(session, scroller),
    ...session.task.overlays.map((overlay) => overlay.document.subscribe(paint)),
  ];
  scroller.addEventListener("scroll", paint, { passive: true });
  readColors();
  setPainter(painter);
  if (!session.task.readOnly && session.regions.length > 0 && document.activeElement === document.body) {
    scroller.focus({ preventScroll: true });
  }
  return () => {
    for (const stop of stops) stop();
    scroller.removeEventListener("scroll", paint);
    resized.disconnect();
    theme.disconnect();
    painter.close();
    session.view = null;
    setPainter(null);
  };
}

/** Show an entry of this text: a span, or the span that a relation begins at. */
function revealed(session: TextSession, id: string): void {
  const relation = session.relations.find(({ pointer }) => id.startsWith(`${pointer}#`));
  const link = relation === undefined ? undefined : session.task.document.get(id)?.value;
  const from = relation === undefined || link === undefined ? id : endsOf(relation, link as Relation)[0];
  const span = session.spans.get(from);
  if (span === undefined) return;
  session.state.setState({ anchor: span.end, focus: span.end });
  session.view?.show(span.start);
  session.view?.flash(from);
}

/** Keys count while the text is on the screen; of several texts the one used last gets the class keys. */
function useCommands(session: TextSession, scroller: React.RefObject<HTMLDivElement | null>): void {
  const { t } = useTranslation("text");
  useEffect(() => {
    const { task } = session;
    const texts = open.get(task) ?? [];
    open.set(task, texts);
    texts.unshift(session);
    const element = scroller.current;
    const used = () => {
      texts.splice(texts.indexOf(session), 1);
      texts.push(session);
    };
    element?.addEventListener("focus", used);
    const stop = task.commands.register(
      "editor",
      textCommands({
        session,
        t,
        hasFocus: () => scroller.current !== null && document.activeElement === scroller.current,
        isActive: () => texts.at(-1) === session,
      }),
    );
    const stopTaking = takeClasses(task, (placed, className) => {
      const own = session.regions.find(({ pointer }) => pointer === placed.pointer);
      const said = own === undefined ? null : markSelection(session, own, className);
      announce(session, t, said);
      return said !== null;
    });
    return () => {
      stop();
      stopTaking();
      element?.removeEventListener("focus", used);
      texts.splice(texts.indexOf(session), 1);
      if (texts.length === 0) open.delete(task);
    };
  }, [session, scroller, t]);
}
