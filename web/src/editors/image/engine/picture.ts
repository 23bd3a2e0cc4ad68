import type { EditorTask } from "@/editor-core/task";
import type { Frame } from "@/editors/image/contract";
import type { Json } from "@/interface/declaration";
import type { TileSource } from "./paint/protocol";

/** Above this a browser may fail to decode, and decoding takes too long: the server's tiles are asked for. */
const MOST_PIXELS_DECODED = 40_000_000;

/** Where a picture is, and how large it says it is. */
export interface PictureAddress {
  readonly address: string;
  readonly frame: Frame | null;
}

/** A picture that can be shown: whole, or from tiles with a small copy. */
export interface Picture {
  readonly frame: Frame;
  readonly image: ImageBitmap;
  readonly tiles: TileSource | null;
}

/** What an image input's value refers to; null when it is nothing that can be shown. */
export function pictureAddress(value: Json | undefined, media: EditorTask["media"]): PictureAddress | null {
  if (typeof value === "string") return { address: media[value] ?? value, frame: null };
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  const { blob, url, width, height } = value as { readonly [key: string]: Json };
  const address = typeof blob === "string" ? media[blob] : url;
  if (typeof address !== "string" || address === "") return null;
  const known = isSide(width) && isSide(height);
  return { address, frame: known ? { width, height } : null };
}

/** The picture, decoded. Whoever opens one closes `image` when it has tiles; the task closes it otherwise. */
export async function openPicture(task: EditorTask, { address, frame }: PictureAddress): Promise<Picture> {
  if (frame !== null && frame.width * frame.height > MOST_PIXELS_DECODED) {
    return (await fromTiles(address)) ?? whole(task, address, frame);
  }
  try {
    return await whole(task, address, frame);
  } catch (error) {
    const tiled = await fromTiles(address);
    if (tiled === null) throw error;
    return tiled;
  }
}

async function whole(task: EditorTask, address: string, frame: Frame | null): Promise<Picture> {
  const image = await task.decoded(address);
  return { frame: frame ?? { width: image.width, height: image.height }, image, tiles: null };
}

/** Null where the server has no tiles of it. */
async function fromTiles(address: string): Promise<Picture | null> {
  const described = await fetch(`${address}/tiles`);
  if (!described.ok) return null;
  const layout = (await described.json()) as {
    readonly width: number;
    readonly height: number;
    readonly tile_size: number;
    readonly levels: number;
  };
  const preview = await fetch(`${address}/preview`);
  if (!preview.ok) return null;
  const image = await createImageBitmap(await preview.blob());
  const { width, height, tile_size: tileSize, levels } = layout;
  return { frame: { width, height }, image, tiles: { address, tileSize, levels } };
}

function isSide(value: Json | undefined): value is number {
  return typeof value === "number" && value >= 1;
}
