/** Fetches and decodes pictures off the main thread. */
export interface DecodeRequest {
  readonly number: number;
  readonly address: string;
}
export type DecodeAnswer =
  | { readonly number: number; readonly bitmap: ImageBitmap }
  | { readonly number: number; readonly error: string };

self.onmessage = async ({ data }: MessageEvent<DecodeRequest>) => {
  try {
    const response = await fetch(data.address, { credentials: "same-origin" });
    if (!response.ok) throw new Error(`${response.status}`);
    const bitmap = await createImageBitmap(await response.blob());
    self.postMessage({ number: data.number, bitmap } satisfies DecodeAnswer, { transfer: [bitmap] });
  } catch (error) {
    self.postMessage({ number: data.number, error: String(error) } satisfies DecodeAnswer);
  }
};
