import { type ChangeSet, pointerOf, steps } from "@/editor-core/changes";

/** Without input for this long (milliseconds) nobody is taken to work. */
const IDLE_AFTER = 30_000;

/** Time that a person really worked on a task: page visible, focused, and touched within the last 30 s. */
export class ActivityTracker {
  readonly #now: () => number;
  #total = 0;
  /** Until when time has been counted. */
  #counted: number;
  #lastInput: number;
  #present = true;
  #lastChange = 0;
  readonly #fields = new Map<string, number>();

  constructor(now: () => number = Date.now) {
    this.#now = now;
    this.#counted = now();
    this.#lastInput = this.#counted;
  }

  /** Active milliseconds so far. */
  get total(): number {
    this.#count();
    return Math.round(this.#total);
  }

  /** Active milliseconds by field pointer: a change takes the time since the one before. */
  get fields(): ReadonlyMap<string, number> {
    return this.#fields;
  }

  /** A key, a click, a move. */
  input(): void {
    this.#count();
    this.#lastInput = this.#now();
    this.#counted = this.#lastInput;
  }

  /** Whether the page is visible and has the focus. */
  present(present: boolean): void {
    this.#count();
    this.#present = present;
  }

  changed(change: ChangeSet): void {
    if (change.origin !== "human") return;
    this.input();
    const pointers = new Set([...steps(change)].map(([id]) => pointerOf(id)));
    const share = (this.#total - this.#lastChange) / pointers.size;
    for (const pointer of pointers) this.#fields.set(pointer, (this.#fields.get(pointer) ?? 0) + share);
    this.#lastChange = this.#total;
  }

  #count(): void {
    const now = this.#now();
    const until = Math.min(now, this.#lastInput + IDLE_AFTER);
    if (this.#present && until > this.#counted) this.#total += until - this.#counted;
    this.#counted = Math.max(this.#counted, now);
  }
}

/** Feed a tracker from a window; the answer ends it. */
export function watchActivity(tracker: ActivityTracker, target: Window): () => void {
  const input = () => tracker.input();
  const presence = () =>
    tracker.present(target.document.visibilityState === "visible" && target.document.hasFocus());
  const inputs = ["pointerdown", "pointermove", "keydown", "wheel"] as const;
  for (const name of inputs) target.addEventListener(name, input, { passive: true, capture: true });
  for (const name of ["focus", "blur"] as const) target.addEventListener(name, presence);
  target.document.addEventListener("visibilitychange", presence);
  return () => {
    for (const name of inputs) target.removeEventListener(name, input, { capture: true });
    for (const name of ["focus", "blur"] as const) target.removeEventListener(name, presence);
    target.document.removeEventListener("visibilitychange", presence);
  };
}
