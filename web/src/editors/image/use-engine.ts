import { useSyncExternalStore } from "react";
import type { ImageEngine } from "./engine/engine";

/** Something of the engine's state; the component is drawn anew only when it is different. */
export function useEngine<T extends string | number | boolean | object | null>(
  engine: ImageEngine,
  read: (engine: ImageEngine) => T,
): T {
  return useSyncExternalStore(
    (listener) => engine.subscribe(listener),
    () => read(engine),
  );
}
