import { api, got, type Schemas } from "@/api/client";
import { ApiProblem } from "@/api/problem";
import { queryClient } from "@/app/queries";
import type { InputDeclaration } from "@/interface/declaration";
import { isObject } from "@/interface/json";
import { mediaKindOf } from "@/pages/project/imports/dropped-files";
import { placeOf, withValue } from "@/pages/project/imports/example-row";
import { sendFile } from "@/pages/project/imports/send-file";
import type { RefusedFile, Upload, UploadWork } from "@/pages/project/imports/uploads";
import { type ProjectPath, projectKey } from "@/pages/project/queries";

/** How a file of rows is read; see the query of an import. */
export interface ImportOptions {
  readonly batch: string | null;
  readonly labels: "ignore" | "prelabel" | "gold";
  /** CSV: the column separator; "" to have it found out. */
  readonly delimiter: string;
  readonly encoding: string;
  /** CSV: numbers, true, false, null and JSON in cells become values. */
  readonly typed: boolean;
  /** CSV and Parquet: `from=to`. */
  readonly columns: readonly string[];
}

export const STANDARD_OPTIONS: ImportOptions = {
  batch: null,
  labels: "ignore",
  delimiter: "",
  encoding: "utf-8",
  typed: false,
  columns: [],
};

const AT_A_TIME = 3;
const ITEMS_PER_REQUEST = 50;
/** Bad content, too large, not a known type. */
const ABOUT_THE_FILE: readonly number[] = [400, 413, 415, 422];

function addressOf(path: ProjectPath, name: string): string {
  return `/api/v1/tenants/${path.tenant_id}/projects/${path.project_id}/${name}`;
}

/** The query that tells the server how to read the file. */
export function importQuery(fileName: string, options: ImportOptions): URLSearchParams {
  const query = new URLSearchParams({ file_name: fileName, labels: options.labels });
  if (options.batch !== null) query.set("batch_id", options.batch);
  if (options.delimiter !== "") query.set("delimiter", options.delimiter);
  query.set("encoding", options.encoding);
  if (options.typed) query.set("typed", "true");
  for (const column of options.columns) query.append("column", column);
  return query;
}

/** Import a file of rows: it is sent, then a job reads it. */
export function rowsWork(path: ProjectPath, file: File, options: ImportOptions): UploadWork {
  const idempotencyKey = crypto.randomUUID();
  return async (tell, signal) => {
    const job = await sendFile<Schemas["Job"]>({
      address: `${addressOf(path, "imports")}?${importQuery(file.name, options)}`,
      file,
      idempotencyKey,
      onProgress: (sentBytes) => tell({ sentBytes }),
      signal,
    });
    tell({ job, finishedFiles: 1, sentBytes: file.size });
    await queryClient.invalidateQueries({ queryKey: [...projectKey(path), "jobs"] });
  };
}

/** Store each file, and add an item that has it at the place of `input`. */
export function mediaWork(
  path: ProjectPath,
  files: readonly File[],
  input: InputDeclaration,
  batch: string | null,
): UploadWork {
  const run = new MediaRun(path, files, input, batch);
  return (tell, signal) => run.go(tell, signal);
}

interface StoredFile {
  readonly file: File;
  readonly reference: Schemas["MediaReference"];
}

/** What of many files has been stored, and what has become an item; survives failed attempts. */
class MediaRun {
  readonly #path: ProjectPath;
  readonly #input: InputDeclaration;
  readonly #batch: string | null;
  readonly #waiting: File[];
  readonly #keys = new Map<File, string>();
  readonly #sending = new Map<File, number>();
  #stored: StoredFile[] = [];
  #request: { readonly key: string; readonly files: readonly StoredFile[] } | null = null;
  #refused: RefusedFile[] = [];
  #finishedFiles = 0;
  #finishedBytes = 0;

  constructor(path: ProjectPath, files: readonly File[], input: InputDeclaration, batch: string | null) {
    this.#path = path;
    this.#input = input;
    this.#batch = batch;
    this.#waiting = [...files];
  }

  async go(tell: (change: Partial<Upload>) => void, signal: AbortSignal): Promise<void> {
    const inner = new AbortController();
    const either = AbortSignal.any([signal, inner.signal]);
    try {
      while (this.#waiting.length + this.#stored.length > 0 || this.#request !== null) {
        const next = this.#waiting.slice(0, ITEMS_PER_REQUEST);
        const lanes = Array.from({ length: AT_A_TIME }, () => this.#storeEach(next, tell, either));
        await Promise.all(lanes);
        await this.#addItems(either);
        this.#tell(tell);
      }
    } finally {
      inner.abort();
      this.#sending.clear();
    }
  }

  async #storeEach(files: File[], tell: (change: Partial<Upload>) => void, signal: AbortSignal) {
    for (let file = files.shift(); file !== undefined; file = files.shift()) {
      await this.#store(file, tell, signal);
      this.#waiting.splice(this.#waiting.indexOf(file), 1);
      this.#finishedBytes += file.size;
      this.#sending.delete(file);
      this.#tell(tell);
    }
  }

  async #store(file: File, tell: (change: Partial<Upload>) => void, signal: AbortSignal): Promise<void> {
    const idempotencyKey = this.#keys.get(file) ?? crypto.randomUUID();
    this.#keys.set(file, idempotencyKey);
    try {
      const reference = await sendFile<Schemas["MediaReference"]>({
        address: `${addressOf(this.#path, "uploads")}?${new URLSearchParams({ file_name: file.name })}`,
        file,
        idempotencyKey,
        onProgress: (sent) => {
          this.#sending.set(file, sent);
          this.#tell(tell);
        },
        signal,
      });
      if (mediaKindOf({ type: reference.media_type }) === this.#input.type)
        this.#stored.push({ file, reference });
      else this.#refuse(file.name, null);
    } catch (error) {
      if (!isAboutTheFile(error)) throw error;
      this.#refuse(file.name, error.message);
    }
  }

  async #addItems(signal: AbortSignal): Promise<void> {
    if (this.#request === null) {
      if (this.#stored.length === 0) return;
      this.#request = { key: crypto.randomUUID(), files: this.#stored };
      this.#stored = [];
    }
    const { key, files } = this.#request;
    const steps = placeOf(this.#input) ?? [];
    const answer = await got(
      api.POST("/api/v1/tenants/{tenant_id}/projects/{project_id}/items", {
        params: { path: this.#path, header: { "Idempotency-Key": key } },
        body: {
          batch_id: this.#batch,
          items: files.map(({ reference }) => {
            const data = withValue({}, steps, { ...reference });
            return { data: isObject(data) ? { ...data } : {}, metadata: {}, prelabels: [] };
          }),
        },
        signal,
      }),
    );
    this.#request = null;
    for (const rejected of answer.rejected) {
      const stored = files[rejected.index];
      if (stored !== undefined) this.#refuse(stored.file.name, rejected.reason);
    }
    this.#finishedFiles += files.length - answer.rejected.length;
    await queryClient.invalidateQueries({ queryKey: [...projectKey(this.#path), "figures"] });
  }

  #refuse(name: string, reason: string | null): void {
    this.#refused = [...this.#refused, { name, reason }];
    this.#finishedFiles += 1;
  }

  #tell(tell: (change: Partial<Upload>) => void): void {
    const underWay = [...this.#sending.values()].reduce((sum, sent) => sum + sent, 0);
    tell({
      sentBytes: this.#finishedBytes + underWay,
      finishedFiles: this.#finishedFiles,
      refused: this.#refused,
    });
  }
}

/** Would the next file be refused too? Not when it is this one's type or size. */
function isAboutTheFile(error: unknown): error is ApiProblem {
  if (!(error instanceof ApiProblem)) return false;
  return ABOUT_THE_FILE.includes(error.status);
}
