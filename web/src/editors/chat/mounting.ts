/** Long conversations are put on the page bit by bit, so that the first turns can be read at once. */
import { useEffect, useState } from "react";
import { flushSync } from "react-dom";
import { useEditorTask } from "@/editor-core/react";

const AT_ONCE = 30;
/** So few at a time that a key pressed meanwhile is not felt to wait. */
const PER_STEP = 6;

/** How many of so many turns are on the page now; soon all of them, and all at once when an entry is revealed. */
export function useMounted(total: number): number {
  const task = useEditorTask();
  const [count, setCount] = useState(AT_ONCE);
  useEffect(() => {
    if (count >= total) return;
    const stop = whenIdle(() => setCount(count + PER_STEP));
    // The fields that come with this hear of the same reveal: it goes on to listeners that are added meanwhile.
    const forget = task.onReveal(() => flushSync(() => setCount(total)));
    return () => {
      stop();
      forget();
    };
  }, [task, count, total]);
  return Math.min(count, total);
}

function whenIdle(run: () => void): () => void {
  if (typeof requestIdleCallback !== "function") {
    const timer = setTimeout(run, 16);
    return () => clearTimeout(timer);
  }
  const callback = requestIdleCallback(run, { timeout: 200 });
  return () => cancelIdleCallback(callback);
}
