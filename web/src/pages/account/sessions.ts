import { queryOptions } from "@tanstack/react-query";
import { api, got, type Schemas } from "@/api/client";

export type OwnSession = Schemas["OwnSession"];

/** How long after signing in the server sets a password without the old one, less a minute for the way. */
const FRESH_MILLISECONDS = 9 * 60_000;

/** Where one is signed in. */
export const ownSessionsQuery = queryOptions({
  queryKey: ["own-sessions"],
  queryFn: () => got(api.GET("/api/v1/me/sessions")),
});

/** Has one signed in so lately that no current password is asked for? `now` in milliseconds since 1970. */
export function isFresh(sessions: readonly OwnSession[], now: number): boolean {
  return sessions.some(
    (session) => session.current && now - Date.parse(session.created_at) < FRESH_MILLISECONDS,
  );
}
