import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { ImageEngine } from "./engine/engine";
import classes from "./ImageEditor.module.css";

const LONGEST_SIDE = 180;

/** The whole picture, small, and which part of it is seen; a click goes there. */
export function Minimap({ engine }: { readonly engine: ImageEngine }) {
  const { t } = useTranslation("image");
  const canvas = useRef<HTMLCanvasElement>(null);
  const { frame } = engine;
  const share = LONGEST_SIDE / Math.max(frame.width, frame.height);
  const width = Math.max(24, Math.round(frame.width * share));
  const height = Math.max(24, Math.round(frame.height * share));

  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (context === undefined || context === null) return;
    let last = "";
    const draw = () => {
      const { x, y, scale, visible } = engine.viewport;
      const now = `${x} ${y} ${scale} ${engine.viewport.width}`;
      if (now === last) return;
      last = now;
      context.clearRect(0, 0, width, height);
      if (engine.stage.preview.width > 0) context.drawImage(engine.stage.preview, 0, 0, width, height);
      context.strokeStyle = "#ffd43b";
      context.lineWidth = 2;
      const { left, top, right, bottom } = visible;
      context.strokeRect(left * share, top * share, (right - left) * share, (bottom - top) * share);
    };
    draw();
    return engine.subscribe(draw);
  }, [engine, share, width, height]);

  const go = (event: React.PointerEvent<HTMLCanvasElement>) => {
    if (event.buttons !== 1) return;
    const box = event.currentTarget.getBoundingClientRect();
    engine.viewport.centre({ x: (event.clientX - box.left) / share, y: (event.clientY - box.top) / share });
  };
  return (
    <canvas
      ref={canvas}
      className={classes.minimap}
      width={width}
      height={height}
      role="img"
      aria-label={t("toolbar.minimap")}
      onPointerDown={go}
      onPointerMove={go}
    />
  );
}
