import { Group, Stack, Text, VisuallyHidden } from "@mantine/core";
import classes from "@/components/Charts.module.css";
import { useFormats } from "@/components/useFormats";

const WIDTH = 96;
const HEIGHT = 28;
const EDGE = 2;

/** The points of a line through `values` that fills the given box; the greatest value lies at the top. */
export function linePoints(values: readonly number[], width: number, height: number): string {
  const greatest = Math.max(...values, 0);
  const step = values.length > 1 ? (width - 2 * EDGE) / (values.length - 1) : 0;
  return values
    .map((value, place) => {
      const share = greatest === 0 ? 0 : Math.max(value, 0) / greatest;
      return `${round(EDGE + place * step)},${round(height - EDGE - share * (height - 2 * EDGE))}`;
    })
    .join(" ");
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** A small line without axes. `label` says what it shows. */
export function Sparkline({ values, label }: { values: readonly number[]; label: string }) {
  const formats = useFormats();
  if (values.length < 2) return null;
  return (
    <svg
      className={classes.sparkline}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={`${label}: ${values.map(formats.number).join(", ")}`}
    >
      <polyline points={linePoints(values, WIDTH, HEIGHT)} />
    </svg>
  );
}

export interface Bar {
  label: string;
  value: number;
  /** What is written; the number by itself otherwise. */
  text?: string;
  /** A colour of the theme. */
  color?: string;
}

/** Values side by side as horizontal bars, each with its name and number. */
export function BarChart({ bars, label }: { bars: readonly Bar[]; label: string }) {
  const formats = useFormats();
  const greatest = Math.max(...bars.map((bar) => bar.value), 1);
  return (
    <Stack component="ul" gap={6} aria-label={label} className={classes.bars}>
      {bars.map((bar) => (
        <li key={bar.label}>
          <Group justify="space-between" gap="xs" wrap="nowrap">
            <Text size="xs" truncate>
              {bar.label}
            </Text>
            <Text size="xs" c="dimmed">
              {bar.text ?? formats.number(bar.value)}
            </Text>
          </Group>
          <svg className={classes.bar} viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden>
            <rect className={classes.track} width={100} height={6} />
            <rect
              width={(100 * Math.max(bar.value, 0)) / greatest}
              height={6}
              fill={`var(--mantine-color-${bar.color ?? "gold"}-filled)`}
            />
          </svg>
        </li>
      ))}
      {bars.length === 0 && <VisuallyHidden component="li">–</VisuallyHidden>}
    </Stack>
  );
}
