import { api, got, type Schemas } from "@/api/client";
import { ApiProblem, Unreachable } from "@/api/problem";

/** Sign in with a password; the session is in a cookie that no script reads. */
export function signIn(email: string, password: string): Promise<Schemas["SignedIn"]> {
  return got(api.POST("/api/v1/sessions", { body: { email, password } }));
}

/** Which text tells what a failed sign-in means. */
export function signInFailure(error: unknown): "tooMany" | "wrong" | "unreachable" | "failed" {
  if (error instanceof Unreachable) return "unreachable";
  if (!(error instanceof ApiProblem)) return "failed";
  if (error.status === 429) return "tooMany";
  return error.status === 401 || error.status === 403 || error.status === 422 ? "wrong" : "failed";
}
