import type { EditorTask } from "@/editor-core/task";
import type { Json } from "@/interface/declaration";
import { isObject } from "@/interface/json";

/** Where a file is that an input's value refers to. */
export interface MediaAddress {
  readonly address: string;
  /** Whether this installation hands it out; files from elsewhere are linked to, never loaded. */
  readonly isOwn: boolean;
}

/** The file that a media value refers to; null when it refers to none that can be opened. */
export function mediaAddress(value: Json, media: EditorTask["media"]): MediaAddress | null {
  const { url, blob } = isObject(value) ? value : { url: value, blob: value };
  const own = typeof blob === "string" && Object.hasOwn(media, blob) ? media[blob] : undefined;
  if (own !== undefined) return { address: own, isOwn: true };
  const isElsewhere = typeof url === "string" && /^https?:\/\//i.test(url) && URL.canParse(url);
  return isElsewhere ? { address: url, isOwn: false } : null;
}
