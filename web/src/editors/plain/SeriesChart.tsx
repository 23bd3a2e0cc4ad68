import { useComputedColorScheme } from "@mantine/core";
import { useEffect, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import classes from "@/editors/plain/Plain.module.css";
import type { Series } from "@/editors/plain/series";

const HEIGHT = 300;
/** Told apart also by those who see few colours (Okabe and Ito), lighter on dark ground. */
const COLORS = {
  light: ["#0072b2", "#d55e00", "#009e73", "#a6478a", "#8a6d00", "#3a86c8", "#4d4d4d", "#9c2f00"],
  dark: ["#56b4e9", "#e69f00", "#2fcf9f", "#d98fbf", "#f0e442", "#8ab8ff", "#bdbdbd", "#ff9d66"],
} as const;

/** Lines over one axis; dragging zooms in, a double click shows everything again. */
export function SeriesChart({ series, label }: { readonly series: Series; readonly label: string }) {
  const frame = useRef<HTMLDivElement>(null);
  const scheme = useComputedColorScheme("light");
  useEffect(() => {
    const element = frame.current;
    if (element === null) return undefined;
    const chart = new uPlot(options(series, scheme, element.clientWidth), dataOf(series), element);
    const observer = new ResizeObserver(() => {
      if (element.clientWidth > 0) chart.setSize({ width: element.clientWidth, height: HEIGHT });
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      chart.destroy();
    };
  }, [series, scheme]);
  return <div ref={frame} className={classes.chart} role="img" aria-label={label} />;
}

function options(series: Series, scheme: "light" | "dark", width: number): uPlot.Options {
  const ink = scheme === "light" ? "#495057" : "#c9c9c9";
  const line = scheme === "light" ? "#e9ecef" : "#3b3b3b";
  const axis: uPlot.Axis = {
    stroke: ink,
    grid: { stroke: line, width: 1 },
    ticks: { stroke: line, width: 1 },
  };
  return {
    width: Math.max(200, width),
    height: HEIGHT,
    scales: { x: { time: series.isTime } },
    axes: [axis, axis],
    series: [
      { label: series.axis ?? "#" },
      ...series.lines.map(({ name }, index) => ({
        label: name,
        stroke: COLORS[scheme][index % COLORS[scheme].length] ?? ink,
        width: 1.5,
        spanGaps: false,
      })),
    ],
  };
}

function dataOf(series: Series): uPlot.AlignedData {
  return [[...series.at], ...series.lines.map(({ values }) => [...values])];
}
