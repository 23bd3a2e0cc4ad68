import { Text, type TextProps, Tooltip } from "@mantine/core";
import { useSyncExternalStore } from "react";
import { useFormats } from "@/components/useFormats";

const STEP_MILLISECONDS = 30_000;
let now = Date.now();
const listeners = new Set<() => void>();
let clock: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  clock ??= setInterval(() => {
    now = Date.now();
    for (const each of listeners) each();
  }, STEP_MILLISECONDS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(clock);
    clock = undefined;
  };
}

/** "3 min. ago", kept current by one clock for the page; the full time is in the tooltip. */
export function RelativeTime({ at, ...text }: { at: string } & TextProps) {
  const formats = useFormats();
  const current = useSyncExternalStore(subscribe, () => now);
  return (
    <Tooltip label={formats.dateTime(at)}>
      <Text component="time" dateTime={at} inherit {...text}>
        {formats.relative(at, Math.max(current, now))}
      </Text>
    </Tooltip>
  );
}
