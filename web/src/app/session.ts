import { queryOptions, useQuery } from "@tanstack/react-query";
import { api, got, type Schemas } from "@/api/client";

export type Me = Schemas["Me"];
export type Membership = Schemas["OwnMembership"];

/** Who is signed in. */
export const meQuery = queryOptions({
  queryKey: ["me"],
  queryFn: () => got(api.GET("/api/v1/me")),
  staleTime: 60_000,
});

/** What one is in a tenant; undefined where one is nothing, or while that is not known yet. */
export function useMembership(tenantId: string | undefined): Membership | undefined {
  const { data } = useQuery(meQuery);
  return data?.memberships.find((each) => each.tenant_id === tenantId);
}

/** A path of ours to go to after signing in; the home page for anything else. */
export function safeNext(next: unknown): string {
  const here = "https://assay.invalid";
  if (typeof next !== "string" || !next.startsWith("/")) return "/";
  try {
    const url = new URL(next, here);
    return url.origin === here ? `${url.pathname}${url.search}${url.hash}` : "/";
  } catch {
    return "/";
  }
}
