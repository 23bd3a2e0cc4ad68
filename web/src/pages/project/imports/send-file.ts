import { api } from "@/api/client";
import { ApiProblem, type ProblemDocument, Unreachable } from "@/api/problem";

export interface SendFileOptions {
  /** Path and query. */
  readonly address: string;
  readonly file: Blob;
  /** The same for every attempt to send this file to this place: it then arrives once. */
  readonly idempotencyKey: string;
  /** Hears how many bytes have been sent. */
  readonly onProgress: (sent: number) => void;
  readonly signal: AbortSignal;
}

/**
 * Send a file as the body of a POST, streamed from the disk. Raises ApiProblem, Unreachable, or an AbortError.
 * Only XMLHttpRequest tells how much of a body has been sent.
 */
export function sendFile<Answer>(options: SendFileOptions): Promise<Answer> {
  const { address, file, idempotencyKey, onProgress, signal } = options;
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", address);
    request.responseType = "json";
    request.setRequestHeader("content-type", "application/octet-stream");
    request.setRequestHeader("idempotency-key", idempotencyKey);
    request.upload.onprogress = (event) => onProgress(event.loaded);
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) resolve(request.response as Answer);
      else reject(refusalOf(request));
    };
    request.onerror = () => reject(new Unreachable(new Error(`POST ${address}`)));
    request.onabort = () => reject(signal.reason);
    signal.addEventListener("abort", () => request.abort());
    if (signal.aborted) reject(signal.reason);
    else request.send(file);
  });
}

function refusalOf(request: XMLHttpRequest): ApiProblem {
  if (request.status === 401) askToSignIn();
  const document = (request.response as ProblemDocument | null) ?? {
    type: "about:blank",
    title: request.statusText,
    status: request.status,
    code: "unknown",
  };
  return new ApiProblem(request.status, document as ProblemDocument);
}

/** The typed client hears the same refusal, and opens the dialog to sign in again. */
function askToSignIn(): void {
  api.GET("/api/v1/me").catch(() => undefined);
}
