import { Loader } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useEditorTask } from "@/editor-core/react";
import { FileLink } from "@/editors/plain/FileLink";
import { JsonTree } from "@/editors/plain/JsonTree";
import { mediaAddress } from "@/editors/plain/media-address";
import { Note } from "@/editors/plain/Note";
import classes from "@/editors/plain/Plain.module.css";
import { RowTable } from "@/editors/plain/RowTable";
import { rowsOf } from "@/editors/plain/rows";
import { csvRows, seriesOf } from "@/editors/plain/series";
import type { Json } from "@/interface/declaration";

const SeriesChart = lazy(() =>
  import("@/editors/plain/SeriesChart").then((module) => ({ default: module.SeriesChart })),
);
/** Larger files are opened by themselves: a browser would have them in memory several times. */
const MOST_BYTES = 30_000_000;

/** Measurements as lines, from the item itself or from a CSV file. */
export function TimeseriesInput({ value, label }: { readonly value: Json; readonly label: string }) {
  const { media } = useEditorTask();
  const file = mediaAddress(value, media);
  return file === null ? <Measurements value={value} label={label} /> : <FromFile label={label} {...file} />;
}

interface FromFileProps {
  readonly address: string;
  readonly isOwn: boolean;
  readonly label: string;
}

function FromFile({ address, isOwn, label }: FromFileProps) {
  const { t } = useTranslation("plain");
  const file = useQuery({
    queryKey: ["timeseries", address],
    enabled: isOwn,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    queryFn: () => readRows(address),
  });
  if (file.isLoading) return <Loader size="sm" m="auto" />;
  if (file.data) return <Measurements value={file.data} label={label} />;
  return (
    <Note text={t("seriesUnreadable")}>
      <FileLink address={address} />
    </Note>
  );
}

/** The rows of a CSV file; null when it is something else, or too large. */
async function readRows(address: string): Promise<Json | null> {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`The file could not be read: ${answer.status}`);
  const content = await answer.blob();
  if (content.size > MOST_BYTES) return null;
  const text = await content.text();
  return text.includes("\0") || !text.includes("\n") ? null : csvRows(text);
}

function Measurements({ value, label }: { readonly value: Json; readonly label: string }) {
  const { t } = useTranslation("plain");
  const series = useMemo(() => seriesOf(value), [value]);
  const rows = useMemo(() => rowsOf(value), [value]);
  const raw =
    rows === null ? <JsonTree value={value} label={label} /> : <RowTable rows={rows} label={label} />;
  if (series === null) return raw;
  return (
    <>
      <Suspense fallback={<div className={classes.chart} />}>
        <SeriesChart series={series} label={`${label}: ${series.lines.map(({ name }) => name).join(", ")}`} />
      </Suspense>
      <details className={classes.details}>
        <summary>{t("values")}</summary>
        {raw}
      </details>
    </>
  );
}
