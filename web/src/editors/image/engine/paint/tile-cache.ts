import type { Bounds, Frame } from "@/editors/image/contract";
import type { TileSource } from "./protocol";

const MOST_TILES = 128;
const MOST_REQUESTS = 4;

interface Tile {
  readonly image: ImageBitmap;
  readonly area: Bounds;
}

/** The server's tiles of one picture: the wanted ones are fetched, the least used ones forgotten. */
export class TileCache {
  readonly #source: TileSource;
  readonly #frame: Frame;
  readonly #tellStale: () => void;
  readonly #tiles = new Map<string, Tile>();
  readonly #failed = new Set<string>();
  readonly #requests = new Map<string, AbortController>();

  constructor(source: TileSource, frame: Frame, tellStale: () => void) {
    this.#source = source;
    this.#frame = frame;
    this.#tellStale = tellStale;
  }

  /** What there is to draw now, coarse below fine. The missing tiles are asked for, those nobody wants are not. */
  pieces(seen: Bounds, scale: number): { readonly pieces: readonly Tile[]; readonly complete: boolean } {
    const level = Math.max(0, Math.min(this.#source.levels - 1, Math.floor(-Math.log2(scale))));
    const wanted = this.#keys(seen, level);
    const missing = wanted.filter((key) => !this.#tiles.has(key) && !this.#failed.has(key));
    for (const [key, request] of this.#requests) if (!missing.includes(key)) request.abort();
    for (const key of missing) this.#request(key);
    const coarse = [...this.#tiles.entries()]
      .filter(([key, tile]) => levelOf(key) > level && touches(tile.area, seen))
      .sort(([a], [b]) => levelOf(b) - levelOf(a));
    const fine = wanted.flatMap((key) => {
      const tile = this.#tiles.get(key);
      if (tile === undefined) return [];
      this.#tiles.delete(key);
      this.#tiles.set(key, tile);
      return [tile];
    });
    const below = missing.length === 0 ? [] : coarse.map(([, tile]) => tile);
    return { pieces: [...below, ...fine], complete: missing.length === 0 };
  }

  close(): void {
    for (const request of this.#requests.values()) request.abort();
    for (const { image } of this.#tiles.values()) image.close();
    this.#tiles.clear();
  }

  #keys(seen: Bounds, level: number): string[] {
    const side = this.#source.tileSize * 2 ** level;
    const keys: string[] = [];
    const lastX = Math.ceil(Math.min(seen.right, this.#frame.width) / side) - 1;
    const lastY = Math.ceil(Math.min(seen.bottom, this.#frame.height) / side) - 1;
    for (let y = Math.max(0, Math.floor(seen.top / side)); y <= lastY; y += 1) {
      for (let x = Math.max(0, Math.floor(seen.left / side)); x <= lastX; x += 1)
        keys.push(`${level}/${x}/${y}`);
    }
    return keys;
  }

  #request(key: string): void {
    if (this.#requests.has(key) || this.#requests.size >= MOST_REQUESTS) return;
    const abort = new AbortController();
    this.#requests.set(key, abort);
    void this.#fetch(key, abort.signal).finally(() => {
      this.#requests.delete(key);
      this.#tellStale();
    });
  }

  async #fetch(key: string, signal: AbortSignal): Promise<void> {
    try {
      const response = await fetch(`${this.#source.address}/tiles/${key}`, { signal });
      if (!response.ok) throw new Error(`The tile ${key} was answered with ${response.status}`);
      const image = await createImageBitmap(await response.blob());
      this.#tiles.set(key, { image, area: this.#area(key) });
      this.#forgetOldest();
    } catch (error) {
      if (!(error instanceof DOMException && error.name === "AbortError")) this.#failed.add(key);
    }
  }

  #area(key: string): Bounds {
    const [level, x, y] = key.split("/").map(Number) as [number, number, number];
    const side = this.#source.tileSize * 2 ** level;
    return {
      left: x * side,
      top: y * side,
      right: Math.min(this.#frame.width, (x + 1) * side),
      bottom: Math.min(this.#frame.height, (y + 1) * side),
    };
  }

  #forgetOldest(): void {
    for (const [key, tile] of this.#tiles) {
      if (this.#tiles.size <= MOST_TILES) return;
      tile.image.close();
      this.#tiles.delete(key);
    }
  }
}

function levelOf(key: string): number {
  return Number(key.slice(0, key.indexOf("/")));
}

function touches(a: Bounds, b: Bounds): boolean {
  return a.left < b.right && a.right > b.left && a.top < b.bottom && a.bottom > b.top;
}
