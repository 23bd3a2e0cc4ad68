import { type KeyboardEvent, type PointerEvent, type RefObject, useLayoutEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import classes from "@/editors/TaskView.module.css";

const STORED = "assay.panelWidth";
/** Widths of the questions, in CSS pixels. */
const [NARROWEST, WIDEST, USUAL] = [260, 720, 360];
const KEY_STEP = 24;

/**
 * The edge between the inputs and the questions: dragged, or moved by the arrow keys. The width is the property
 * `--panel-width` of the view; a drag changes only that, and is kept when it ends.
 */
export function PanelDivider({ view }: { readonly view: RefObject<HTMLElement | null> }) {
  const { t } = useTranslation("forms");
  const [width, setWidth] = useState(storedWidth);
  useLayoutEffect(() => show(view.current, width), [view, width]);
  const keep = (next: number) => {
    const kept = withinLimits(next);
    localStorage.setItem(STORED, String(kept));
    setWidth(kept);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const by = { ArrowLeft: KEY_STEP, ArrowRight: -KEY_STEP }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    keep(width + by);
  };
  const dragged = (event: PointerEvent<HTMLElement>) =>
    (view.current?.getBoundingClientRect().right ?? 0) - event.clientX;
  const isDragged = (event: PointerEvent<HTMLElement>) =>
    event.currentTarget.hasPointerCapture(event.pointerId);
  return (
    <hr
      className={classes.divider}
      tabIndex={0}
      aria-orientation="vertical"
      aria-label={t("resize")}
      aria-valuenow={width}
      aria-valuemin={NARROWEST}
      aria-valuemax={WIDEST}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={(event) => {
        if (isDragged(event)) show(view.current, withinLimits(dragged(event)));
      }}
      onPointerUp={(event) => {
        if (isDragged(event)) keep(dragged(event));
      }}
      onPointerCancel={() => show(view.current, width)}
      onDoubleClick={() => keep(USUAL)}
    />
  );
}

function show(view: HTMLElement | null, width: number): void {
  view?.style.setProperty("--panel-width", `${width}px`);
}

function withinLimits(width: number): number {
  return Math.round(Math.min(WIDEST, Math.max(NARROWEST, width)));
}

function storedWidth(): number {
  const width = Number(localStorage.getItem(STORED));
  return width >= NARROWEST && width <= WIDEST ? width : USUAL;
}
