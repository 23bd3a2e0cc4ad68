import type { DecodeAnswer, DecodeRequest } from "@/editor-core/queue/prefetch-worker";

export type Decode = (address: string) => Promise<ImageBitmap>;

/** Bytes of decoded pictures that are kept: about thirty of 8 megapixels. */
const MOST_BYTES = 1_000_000_000;

interface Picture {
  readonly bitmap: Promise<ImageBitmap>;
  bytes: number;
}

/** Decoded pictures by address; those that were wanted longest ago are closed first, never pinned ones. */
export class MediaCache {
  readonly #decode: Decode;
  readonly #limit: number;
  /** In the order of their last use. */
  readonly #pictures = new Map<string, Picture>();
  #pinned: ReadonlySet<string> = new Set();
  #bytes = 0;

  constructor(decode: Decode, limit = MOST_BYTES) {
    this.#decode = decode;
    this.#limit = limit;
  }

  get bytes(): number {
    return this.#bytes;
  }

  decoded(address: string): Promise<ImageBitmap> {
    const known = this.#pictures.get(address);
    if (known !== undefined) {
      this.#pictures.delete(address);
      this.#pictures.set(address, known);
      return known.bitmap;
    }
    const picture: Picture = { bitmap: this.#decode(address), bytes: 0 };
    this.#pictures.set(address, picture);
    picture.bitmap.then(
      (bitmap) => this.#arrived(address, picture, bitmap),
      () => this.#pictures.delete(address),
    );
    return picture.bitmap;
  }

  /** The pictures on screen: they stay. */
  pin(addresses: Iterable<string>): void {
    this.#pinned = new Set(addresses);
    this.#evict();
  }

  close(): void {
    this.#pinned = new Set();
    for (const [address, picture] of this.#pictures) this.#drop(address, picture);
  }

  #arrived(address: string, picture: Picture, bitmap: ImageBitmap): void {
    if (this.#pictures.get(address) !== picture) {
      bitmap.close();
      return;
    }
    picture.bytes = bitmap.width * bitmap.height * 4;
    this.#bytes += picture.bytes;
    this.#evict(address);
  }

  #evict(newest?: string): void {
    for (const [address, picture] of this.#pictures) {
      if (this.#bytes <= this.#limit) return;
      if (address !== newest && picture.bytes > 0 && !this.#pinned.has(address)) this.#drop(address, picture);
    }
  }

  #drop(address: string, picture: Picture): void {
    this.#pictures.delete(address);
    this.#bytes -= picture.bytes;
    if (picture.bytes > 0) void picture.bitmap.then((bitmap) => bitmap.close());
  }
}

/** Decode in a worker. */
export function workerDecode(): { decode: Decode; end: () => void } {
  const worker = new Worker(new URL("./prefetch-worker.ts", import.meta.url), { type: "module" });
  const waiting = new Map<number, PromiseWithResolvers>();
  let number = 0;
  worker.onmessage = ({ data }: MessageEvent<DecodeAnswer>) => {
    const request = waiting.get(data.number);
    waiting.delete(data.number);
    if ("bitmap" in data) request?.resolve(data.bitmap);
    else request?.reject(new Error(data.error));
  };
  const decode: Decode = (address) =>
    new Promise((resolve, reject) => {
      number += 1;
      waiting.set(number, { resolve, reject });
      worker.postMessage({ number, address: new URL(address, location.href).href } satisfies DecodeRequest);
    });
  return { decode, end: () => worker.terminate() };
}

interface PromiseWithResolvers {
  resolve: (bitmap: ImageBitmap) => void;
  reject: (error: Error) => void;
}
