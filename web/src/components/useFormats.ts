import { useMemo } from "react";
import { useTranslation } from "react-i18next";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const STEPS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ["year", 365 * DAY],
  ["month", 30 * DAY],
  ["day", DAY],
  ["hour", HOUR],
  ["minute", MINUTE],
];
const BYTE_UNITS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte", "petabyte"] as const;

export interface Formats {
  number: (value: number) => string;
  /** A share from 0 to 1. */
  percent: (share: number) => string;
  /** Decimal units: 1000 bytes are a kilobyte. */
  bytes: (count: number) => string;
  /** The two largest units of a time in milliseconds, as "3h 20m". */
  duration: (milliseconds: number) => string;
  /** A short time in milliseconds, as "3.2 ms". */
  milliseconds: (time: number) => string;
  date: (iso: string) => string;
  dateTime: (iso: string) => string;
  dateTimeWithSeconds: (iso: string) => string;
  /** How long before (or after) `now` in milliseconds since 1970. */
  relative: (iso: string, now: number) => string;
}

/** Numbers, times and sizes as a language writes them. */
export function formatsOf(language: string): Formats {
  const number = new Intl.NumberFormat(language);
  const percent = new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 1 });
  const milliseconds = new Intl.NumberFormat(language, {
    style: "unit",
    unit: "millisecond",
    maximumFractionDigits: 1,
  });
  const date = new Intl.DateTimeFormat(language, { dateStyle: "medium" });
  const dateTime = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
  const precise = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "medium" });
  const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto", style: "short" });
  return {
    number: (value) => number.format(value),
    percent: (share) => percent.format(share),
    bytes: (count) => formatBytes(language, count),
    duration: (milliseconds) => formatDuration(language, milliseconds),
    milliseconds: (time) => milliseconds.format(time),
    date: (iso) => date.format(new Date(iso)),
    dateTime: (iso) => dateTime.format(new Date(iso)),
    dateTimeWithSeconds: (iso) => precise.format(new Date(iso)),
    relative: (iso, now) => {
      const distance = Date.parse(iso) - now;
      const step = STEPS.find(([, length]) => Math.abs(distance) >= length);
      return step === undefined
        ? relative.format(0, "second")
        : relative.format(Math.trunc(distance / step[1]), step[0]);
    },
  };
}

function formatBytes(language: string, count: number): string {
  const power = count < 1 ? 0 : Math.floor(Math.log10(count) / 3);
  const place = Math.min(power, BYTE_UNITS.length - 1);
  return new Intl.NumberFormat(language, {
    style: "unit",
    unit: BYTE_UNITS[place] ?? "byte",
    unitDisplay: place === 0 ? "long" : "short",
    maximumFractionDigits: place === 0 ? 0 : 1,
  }).format(count / 1000 ** place);
}

function formatDuration(language: string, milliseconds: number): string {
  const units = [
    ["day", DAY],
    ["hour", HOUR],
    ["minute", MINUTE],
    ["second", SECOND],
  ] as const;
  const whole = Math.max(0, Math.round(milliseconds / SECOND)) * SECOND;
  const first = units.findIndex(([, length]) => whole >= length);
  const start = first === -1 ? units.length - 1 : first;
  let rest = whole;
  const parts: string[] = [];
  for (const [unit, length] of units.slice(start, start + 2)) {
    const value = Math.floor(rest / length);
    rest -= value * length;
    if (value > 0 || parts.length === 0)
      parts.push(
        new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "narrow" }).format(value),
      );
  }
  return parts.join(" ");
}

/** The formats of the language on screen. */
export function useFormats(): Formats {
  const { i18n } = useTranslation();
  return useMemo(() => formatsOf(i18n.language), [i18n.language]);
}
