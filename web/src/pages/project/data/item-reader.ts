import { useQuery } from "@tanstack/react-query";
import { api, got, type Schemas } from "@/api/client";
import { type ProjectPath, projectKey } from "@/pages/project/queries";

type Item = Schemas["Item"];

/** The most items that the server reads at once. */
const MOST = 100;
/** How long requests are gathered, in milliseconds: rows that scroll into sight together become one. */
const GATHER = 25;

interface Wanted {
  readonly id: string;
  readonly done: (item: Item) => void;
  readonly failed: (error: unknown) => void;
}

/** Reads the items of a page's visible rows together instead of one by one. */
export class ItemReader {
  readonly #path: ProjectPath;
  #wanted: Wanted[] = [];

  constructor(path: ProjectPath) {
    this.#path = path;
  }

  read(id: string): Promise<Item> {
    return new Promise((done, failed) => {
      if (this.#wanted.length === 0) setTimeout(() => this.#flush(), GATHER);
      this.#wanted.push({ id, done, failed });
    });
  }

  #flush(): void {
    const wanted = this.#wanted;
    this.#wanted = [];
    for (let start = 0; start < wanted.length; start += MOST)
      void this.#fetch(wanted.slice(start, start + MOST));
  }

  async #fetch(wanted: readonly Wanted[]): Promise<void> {
    try {
      const ids = [...new Set(wanted.map((each) => each.id))];
      const answer = await got(
        api.POST("/api/v1/tenants/{tenant_id}/projects/{project_id}/items/read", {
          params: { path: this.#path },
          body: { ids },
        }),
      );
      const items = new Map(answer.items.map((item) => [item.id, item]));
      for (const { id, done, failed } of wanted) {
        const item = items.get(id);
        if (item === undefined) failed(new Error("The item is gone."));
        else done(item);
      }
    } catch (error) {
      for (const { failed } of wanted) failed(error);
    }
  }
}

/** An item's content, read together with those of the rows around it, and kept for a while. */
export function useItem(reader: ItemReader, path: ProjectPath, id: string) {
  return useQuery({
    queryKey: [...projectKey(path), "item content", id],
    queryFn: () => reader.read(id),
    staleTime: 300_000,
    retry: false,
  });
}
