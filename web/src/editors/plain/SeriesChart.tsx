import { useComputedColorScheme } from "@mantine/core";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
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
  const { language } = useTranslation().i18n;
  useEffect(() => {
    const element = frame.current;
    if (element === null) return undefined;
    const chart = new uPlot(
      options(series, { scheme, language, width: element.clientWidth }),
      dataOf(series),
      element,
    );
    const observer = new ResizeObserver(() => {
      if (element.clientWidth > 0) chart.setSize({ width: element.clientWidth, height: HEIGHT });
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      chart.destroy();
    };
  }, [series, scheme, language]);
  return <div ref={frame} className={classes.chart} role="img" aria-label={label} />;
}

interface Look {
  readonly scheme: "light" | "dark";
  readonly language: string;
  readonly width: number;
}

function options(series: Series, { scheme, language, width }: Look): uPlot.Options {
  const ink = scheme === "light" ? "#495057" : "#c9c9c9";
  const grid = { stroke: scheme === "light" ? "#e9ecef" : "#3b3b3b", width: 1 };
  const place = placeFormat(series, language);
  const number = new Intl.NumberFormat(language, { maximumSignificantDigits: 6 });
  const axis: uPlot.Axis = { stroke: ink, grid, ticks: grid };
  return {
    width: Math.max(200, width),
    height: HEIGHT,
    scales: { x: { time: series.isTime } },
    axes: [
      { ...axis, space: 90, values: (_, splits) => splits.map(place) },
      { ...axis, values: (_, splits) => splits.map((each) => number.format(each)) },
    ],
    series: [
      { label: series.axis ?? "#", value: (_, at) => (at == null ? "–" : place(at)) },
      ...series.lines.map(({ name }, index) => ({
        label: name,
        stroke: COLORS[scheme][index % COLORS[scheme].length] ?? ink,
        width: 1.5,
        spanGaps: false,
        value: (_: uPlot, value: number | null) => (value == null ? "–" : number.format(value)),
      })),
    ],
  };
}

const TWO_DAYS = 2 * 86_400;

/** A place on the axis as the language writes it: a number, a day, or a time of day where few days are shown. */
function placeFormat(series: Series, language: string): (at: number) => string {
  if (!series.isTime) {
    const number = new Intl.NumberFormat(language);
    return (at) => number.format(at);
  }
  const length = (series.at.at(-1) ?? 0) - (series.at[0] ?? 0);
  const format = new Intl.DateTimeFormat(
    language,
    length < TWO_DAYS
      ? { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" }
      : { dateStyle: "medium" },
  );
  return (at) => format.format(at * 1000);
}

function dataOf(series: Series): uPlot.AlignedData {
  return [[...series.at], ...series.lines.map(({ values }) => [...values])];
}
