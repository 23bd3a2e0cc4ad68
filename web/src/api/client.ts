import createClient, { type Middleware } from "openapi-fetch";
import { ApiProblem, type ProblemDocument, Unreachable } from "@/api/problem";
import type { components, paths } from "@/api/schema";

export type Schemas = components["schemas"];

type LostSession = () => void;
const lostSession = new Set<LostSession>();

/** Hear of requests that were refused because nobody is signed in (any more). */
export function onLostSession(listener: LostSession): () => void {
  lostSession.add(listener);
  return () => lostSession.delete(listener);
}

const problems: Middleware = {
  async onResponse({ request, response }) {
    if (response.ok) return undefined;
    const signingIn = new URL(request.url).pathname.startsWith("/api/v1/sessions");
    if (response.status === 401 && !signingIn) for (const listener of lostSession) listener();
    throw new ApiProblem(response.status, await problemOf(response));
  },
  onError({ error }) {
    return error instanceof DOMException && error.name === "AbortError" ? error : new Unreachable(error);
  },
};

async function problemOf(response: Response): Promise<ProblemDocument> {
  try {
    return (await response.json()) as ProblemDocument;
  } catch {
    return {
      title: response.statusText,
      status: response.status,
      code: "unknown",
      type: "about:blank",
    } as ProblemDocument;
  }
}

/** The native API, typed from its OpenAPI. Every refusal is thrown as an ApiProblem. */
export const api = createClient<paths>({ baseUrl: "/" });
api.use(problems);

/** The body of an answer that is there, for queries: `await got(api.GET(...))`. */
export async function got<T>(call: Promise<{ data?: T }>): Promise<T> {
  return (await call).data as T;
}
