/** Runs work so that no two tabs do it at once. */
export type Exclusively = <T>(name: string, work: () => Promise<T>) => Promise<T>;

/** By the browser's locks where there are any; else only within this tab, and the server sorts repeats out. */
export function browserExclusively(locks: LockManager | undefined): Exclusively {
  return locks === undefined ? queued() : async (name, work) => await locks.request(name, () => work());
}

/** One after the other within this tab. */
export function queued(): Exclusively {
  const tails = new Map<string, Promise<unknown>>();
  return (name, work) => {
    const run = (tails.get(name) ?? Promise.resolve()).then(work, work);
    tails.set(
      name,
      run.catch(() => undefined),
    );
    return run;
  };
}
