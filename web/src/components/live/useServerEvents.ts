import { useEffect, useRef } from "react";

const FIRST_WAIT_MILLISECONDS = 1000;
const LONGEST_WAIT_MILLISECONDS = 30_000;

export interface ServerEventsOptions {
  /** No connection while this is null. */
  url: string | null;
  /** The names of the events to hear. */
  names: readonly string[];
  /** Gets the parsed data. Answer "stop" when nothing can follow any more. */
  onEvent: (name: string, data: unknown) => "stop" | undefined;
}

/**
 * Hear a stream of server-sent events. The browser connects again when a stream ends; where it gives up (the
 * server is away), this tries again after a wait that doubles up to half a minute.
 */
export function useServerEvents({ url, names, onEvent }: ServerEventsOptions): void {
  const hear = useRef(onEvent);
  useEffect(() => {
    hear.current = onEvent;
  });
  const list = names.join(" ");
  useEffect(() => {
    if (url === null) return undefined;
    return connect(url, list.split(" "), (name, data) => hear.current(name, data));
  }, [url, list]);
}

function connect(url: string, names: readonly string[], hear: ServerEventsOptions["onEvent"]): () => void {
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let wait = FIRST_WAIT_MILLISECONDS;
  const stop = () => {
    clearTimeout(timer);
    source?.close();
  };
  const open = () => {
    const opened = new EventSource(url);
    source = opened;
    opened.onopen = () => {
      wait = FIRST_WAIT_MILLISECONDS;
    };
    opened.onerror = () => {
      if (opened.readyState !== EventSource.CLOSED) return;
      timer = setTimeout(open, wait);
      wait = Math.min(wait * 2, LONGEST_WAIT_MILLISECONDS);
    };
    for (const name of names)
      opened.addEventListener(name, (event: MessageEvent<string>) => {
        if (hear(name, JSON.parse(event.data)) === "stop") stop();
      });
  };
  open();
  return stop;
}
