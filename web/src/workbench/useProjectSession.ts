import { useEffect, useState } from "react";
import { type ActivityTracker, watchActivity } from "@/editor-core/activity";
import { type OpenTab, openTab } from "@/workbench/tabs";

/** A person's work on one project in this tab: the queue, and the task that is open. */
export interface ProjectSession {
  /** Time and presence of the open task. */
  readonly activity: ActivityTracker;
  start(): Promise<void>;
  heartbeat(): Promise<void>;
  /** Hear that another task was opened, or none. The answer ends it. */
  onOpened(listener: () => void): () => void;
  /** The page is hidden: what is not saved yet is saved now. */
  hidden(): void;
  /** The page goes away: tasks ahead go back. */
  end(): void;
}

/** Begin a session when `make` is there, and keep it alive as long as the page. `make` must be stable. */
export function useProjectSession<Session extends ProjectSession>(
  make: ((tab: OpenTab) => Session) | null,
  leaseSeconds: number,
): Session | null {
  const [session, setSession] = useState<Session | null>(null);
  useEffect(() => {
    if (make === null) return;
    let end: (() => void) | null = null;
    let gone = false;
    void openTab(navigator.locks).then((tab) => {
      if (gone) return tab.end();
      const made = make(tab);
      const unfollow = followWindow(made, leaseSeconds);
      end = () => {
        unfollow();
        made.end();
        tab.end();
      };
      setSession(made);
      void made.start();
    });
    return () => {
      gone = true;
      setSession(null);
      end?.();
    };
  }, [make, leaseSeconds]);
  return session;
}

/** Heartbeats, presence, and what is done when the page is hidden or goes away. */
function followWindow(session: ProjectSession, leaseSeconds: number): () => void {
  const beat = setInterval(() => void session.heartbeat(), (leaseSeconds * 1000) / 3);
  let unwatch = watchActivity(session.activity, window);
  const unfollow = session.onOpened(() => {
    unwatch();
    unwatch = watchActivity(session.activity, window);
  });
  const hidden = () => {
    if (document.visibilityState === "hidden") session.hidden();
  };
  const leave = () => session.end();
  document.addEventListener("visibilitychange", hidden);
  window.addEventListener("pagehide", leave);
  return () => {
    clearInterval(beat);
    unwatch();
    unfollow();
    document.removeEventListener("visibilitychange", hidden);
    window.removeEventListener("pagehide", leave);
  };
}
