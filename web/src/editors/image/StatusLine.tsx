import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { ImageEngine } from "./engine/engine";
import classes from "./ImageEditor.module.css";

interface StatusLineProps {
  readonly engine: ImageEngine;
  readonly said: string;
}

/** Where the pointer is, how large the picture and the selected shape are. Written past React: it moves with the pointer. */
export function StatusLine({ engine, said }: StatusLineProps) {
  const { t, i18n } = useTranslation("image");
  const place = useRef<HTMLSpanElement>(null);
  const size = useRef<HTMLSpanElement>(null);

  useEffect(() => {
    const number = new Intl.NumberFormat(i18n.language, { maximumFractionDigits: 0 });
    return engine.subscribe(() => {
      const at = engine.crosshair ?? engine.pointer?.picture;
      write(place.current, at === undefined ? "" : `${number.format(at.x)}, ${number.format(at.y)}`);
      const selected = engine.selected();
      const bounds = selected.length === 1 ? selected[0]?.bounds : undefined;
      const width = number.format((bounds?.right ?? 0) - (bounds?.left ?? 0));
      const height = number.format((bounds?.bottom ?? 0) - (bounds?.top ?? 0));
      const several = selected.length > 1 ? t("status.selected", { count: selected.length }) : "";
      write(size.current, bounds === undefined ? several : `${width} × ${height}`);
    });
  }, [engine, i18n.language, t]);

  return (
    <div className={classes.status}>
      <span ref={place} className={classes.place} />
      <span ref={size} className={classes.place} />
      <span className={classes.said} role="status" aria-live="polite">
        {said}
      </span>
      <span>{t("status.frame", { width: engine.frame.width, height: engine.frame.height })}</span>
    </div>
  );
}

function write(element: HTMLElement | null, text: string): void {
  if (element !== null && element.textContent !== text) element.textContent = text;
}
