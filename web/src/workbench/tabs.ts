const PREFIX = "assay-tab ";

export interface OpenTab {
  readonly name: string;
  /** Names of the tabs that are open now, this one among them. */
  living(): Promise<ReadonlySet<string>>;
  end(): void;
}

/** Give this tab a name that others can see for as long as it is open, however it ends. */
export async function openTab(locks: LockManager | undefined): Promise<OpenTab> {
  const name = crypto.randomUUID();
  if (locks === undefined) return { name, living: async () => new Set([name]), end: () => undefined };
  const end = await new Promise<() => void>((opened) => {
    void locks.request(PREFIX + name, () => new Promise<void>((ended) => opened(() => ended())));
  });
  const living = async () => {
    const { held = [] } = await locks.query();
    const names = held.map((lock) => lock.name ?? "").filter((each) => each.startsWith(PREFIX));
    return new Set([name, ...names.map((each) => each.slice(PREFIX.length))]);
  };
  return { name, living, end };
}
