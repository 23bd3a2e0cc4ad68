/** Responses that stand side by side scroll together, if the person wants it. */
import { type RefObject, useEffect } from "react";
import { create } from "zustand";
import { persist } from "zustand/middleware";

interface Scrolling {
  readonly isSynced: boolean;
  readonly toggle: () => void;
}

/** A person's choice; kept in this browser. */
export const useScrolling = create<Scrolling>()(
  persist((set) => ({ isSynced: false, toggle: () => set(({ isSynced }) => ({ isSynced: !isSynced })) }), {
    name: "assay.chat.scrolling",
  }),
);

/** The scrolling boxes on the screen, each with where it was last. */
const boxes = new Map<HTMLElement, number>();

/** A box that scrolls by as many pixels as the other ones do, so that what was level stays level. */
export function useSyncedScrolling(box: RefObject<HTMLElement | null>, isCompared: boolean): void {
  const isSynced = useScrolling((state) => state.isSynced) && isCompared;
  useEffect(() => {
    const element = box.current;
    if (!isSynced || element === null) return;
    boxes.set(element, element.scrollTop);
    const onScroll = () => scrollOthers(element);
    element.addEventListener("scroll", onScroll, { passive: true });
    return () => {
      boxes.delete(element);
      element.removeEventListener("scroll", onScroll);
    };
  }, [box, isSynced]);
}

function scrollOthers(moved: HTMLElement): void {
  const by = moved.scrollTop - (boxes.get(moved) ?? 0);
  boxes.set(moved, moved.scrollTop);
  if (by === 0) return;
  for (const other of boxes.keys()) {
    if (other === moved) continue;
    other.scrollTop += by;
    // Its own event finds nothing left to do.
    boxes.set(other, other.scrollTop);
  }
}
