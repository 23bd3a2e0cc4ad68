import type { components } from "@/api/schema";

export type ProblemDocument = components["schemas"]["ProblemDocument"];

/** The server refused, and said why (RFC 9457). */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: string;
  readonly document: ProblemDocument;

  constructor(status: number, document: ProblemDocument) {
    super(document.detail ?? document.title);
    this.name = "ApiProblem";
    this.status = status;
    this.code = document.code;
    this.document = document;
  }
}

/** The request did not reach the server, or its answer did not reach us: it may have been done. */
export class Unreachable extends Error {
  constructor(cause: unknown) {
    super("The server cannot be reached.", { cause });
    this.name = "Unreachable";
  }
}
