import { create } from "zustand";
import type { Schemas } from "@/api/client";
import type { ProjectPath } from "@/pages/project/queries";

/** A file of a drop that did not become an item. */
export interface RefusedFile {
  readonly name: string;
  /** What the server said; null when what is in the file is not what its name promises. */
  readonly reason: string | null;
}

/** Files on their way to the server. They go on while other pages are shown. */
export interface Upload {
  readonly id: string;
  readonly path: ProjectPath;
  /** The name of the only file, or of the first of several. */
  readonly name: string;
  readonly fileCount: number;
  readonly finishedFiles: number;
  readonly bytes: number;
  readonly sentBytes: number;
  readonly state: "sending" | "failed" | "done";
  readonly error?: unknown;
  readonly refused: readonly RefusedFile[];
  /** The job that reads the file, once a file of rows has arrived. */
  readonly job?: Schemas["Job"];
}

/** What one upload does. When it is called again, it goes on where it failed. */
export type UploadWork = (tell: (change: Partial<Upload>) => void, signal: AbortSignal) => Promise<void>;

interface UploadStore {
  readonly uploads: readonly Upload[];
}

/** All uploads of this tab that have not been dismissed, newest first. */
export const useUploads = create<UploadStore>(() => ({ uploads: [] }));

const works = new Map<string, { readonly work: UploadWork; stop: AbortController }>();

function tell(id: string, change: Partial<Upload>): void {
  useUploads.setState(({ uploads }) => ({
    uploads: uploads.map((upload) => (upload.id === id ? { ...upload, ...change } : upload)),
  }));
}

/** Begin an upload of these files. */
export function startUpload(path: ProjectPath, files: readonly File[], work: UploadWork): void {
  const id = crypto.randomUUID();
  const upload: Upload = {
    id,
    path,
    name: files[0]?.name ?? "",
    fileCount: files.length,
    finishedFiles: 0,
    bytes: files.reduce((sum, file) => sum + file.size, 0),
    sentBytes: 0,
    state: "sending",
    refused: [],
  };
  useUploads.setState(({ uploads }) => ({ uploads: [upload, ...uploads] }));
  works.set(id, { work, stop: new AbortController() });
  void run(id);
}

/** Go on with an upload that failed. */
export function retryUpload(id: string): void {
  const known = works.get(id);
  if (known === undefined) return;
  known.stop = new AbortController();
  tell(id, { state: "sending", error: undefined });
  void run(id);
}

/** Stop an upload, or take a finished one off the list. */
export function dismissUpload(id: string): void {
  works.get(id)?.stop.abort(new DOMException("The upload was stopped.", "AbortError"));
  works.delete(id);
  useUploads.setState(({ uploads }) => ({ uploads: uploads.filter((upload) => upload.id !== id) }));
}

async function run(id: string): Promise<void> {
  const known = works.get(id);
  if (known === undefined) return;
  addEventListener("beforeunload", askBeforeLeaving);
  try {
    await known.work((change) => tell(id, change), known.stop.signal);
    tell(id, { state: "done" });
  } catch (error) {
    if (!known.stop.signal.aborted) tell(id, { state: "failed", error });
  } finally {
    const sending = useUploads.getState().uploads.some((upload) => upload.state === "sending");
    if (!sending) removeEventListener("beforeunload", askBeforeLeaving);
  }
}

function askBeforeLeaving(event: BeforeUnloadEvent): void {
  event.preventDefault();
}
