import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { api, got, type Schemas } from "@/api/client";
import { useMembership } from "@/app/session";

/** The project a page is about. */
export interface ProjectPath {
  readonly tenant_id: string;
  readonly project_id: string;
}

/** The server answers a list with so many entries at most. */
const MOST_PER_PAGE = 500;

export const TASK_STATES = ["open", "annotated", "review", "done", "gold"] as const;
export type TaskState = (typeof TASK_STATES)[number];

/** Every key of a project's queries begins with this: what changes the whole project invalidates it. */
export function projectKey(path: ProjectPath): readonly string[] {
  return ["project", path.tenant_id, path.project_id];
}

export function useProjectPath(): ProjectPath {
  const { tenantId = "", projectId = "" } = useParams({ strict: false });
  return { tenant_id: tenantId, project_id: projectId };
}

export function projectQuery(path: ProjectPath) {
  return queryOptions({
    queryKey: projectKey(path),
    queryFn: ({ signal }) =>
      got(api.GET("/api/v1/tenants/{tenant_id}/projects/{project_id}", { params: { path }, signal })),
  });
}

/** Figures are computed at most every two seconds; a visible page asks again every five. */
export function figuresQuery(path: ProjectPath) {
  return queryOptions({
    queryKey: [...projectKey(path), "figures"],
    queryFn: ({ signal }) =>
      got(api.GET("/api/v1/tenants/{tenant_id}/projects/{project_id}/figures", { params: { path }, signal })),
    refetchInterval: 5_000,
  });
}

export function batchesQuery(path: ProjectPath) {
  return queryOptions({
    queryKey: [...projectKey(path), "batches"],
    queryFn: async ({ signal }) =>
      everyPage((cursor) =>
        got(
          api.GET("/api/v1/tenants/{tenant_id}/projects/{project_id}/batches", {
            params: { path, query: { cursor, limit: MOST_PER_PAGE } },
            signal,
          }),
        ),
      ),
  });
}

export function membersQuery(path: ProjectPath) {
  return queryOptions({
    queryKey: [...projectKey(path), "members"],
    queryFn: async ({ signal }) => {
      const members = await everyPage((cursor) =>
        got(
          api.GET("/api/v1/tenants/{tenant_id}/members", {
            params: { path: { tenant_id: path.tenant_id }, query: { cursor, limit: MOST_PER_PAGE } },
            signal,
          }),
        ),
      );
      return members.filter((one) => one.projects === null || one.projects?.includes(path.project_id));
    },
  });
}

export function interfaceQuery(path: ProjectPath, version: number | undefined) {
  return queryOptions({
    queryKey: [...projectKey(path), "interface", version],
    enabled: version !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: ({ signal }) =>
      got(
        api.GET("/api/v1/tenants/{tenant_id}/projects/{project_id}/interface/versions/{version}", {
          params: { path: { ...path, version: version ?? 0 } },
          signal,
        }),
      ),
  });
}

/** Jobs of one kind, newest first. */
export function jobsQuery(path: ProjectPath, kind: "import" | "export") {
  return infiniteQueryOptions({
    queryKey: [...projectKey(path), "jobs", kind],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      got(
        api.GET("/api/v1/tenants/{tenant_id}/projects/{project_id}/jobs", {
          params: { path, query: { filter: `kind = ${kind}`, cursor: pageParam, limit: 20 } },
          signal,
        }),
      ),
    getNextPageParam: (last) => last.next_cursor ?? undefined,
  });
}

export function versionsQuery(path: ProjectPath) {
  return queryOptions({
    queryKey: [...projectKey(path), "versions"],
    queryFn: ({ signal }) =>
      everyPage((cursor) =>
        got(
          api.GET("/api/v1/tenants/{tenant_id}/projects/{project_id}/dataset-versions", {
            params: { path, query: { cursor, limit: MOST_PER_PAGE } },
            signal,
          }),
        ),
      ),
    refetchInterval: (query) =>
      query.state.data?.some((version) => version.state === "building") ? 1_000 : false,
  });
}

interface ListPage<T> {
  readonly items: readonly T[];
  readonly next_cursor?: string | null;
}

async function everyPage<T>(read: (cursor: string | undefined) => Promise<ListPage<T>>): Promise<T[]> {
  const all: T[] = [];
  let cursor: string | undefined;
  do {
    const page = await read(cursor);
    all.push(...page.items);
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined);
  return all;
}

/** What the signed-in person may do here, as far as buttons are concerned; the server decides anew each time. */
export interface Permissions {
  readonly role: Schemas["Role"] | undefined;
  readonly produce: boolean;
  readonly annotate: boolean;
  readonly review: boolean;
  readonly view: boolean;
}

export function permissionsOf(role: Schemas["Role"] | undefined): Permissions {
  const produce = role === "owner" || role === "manager";
  const review = produce || role === "reviewer";
  return {
    role,
    produce,
    review,
    annotate: review || role === "annotator",
    view: review || role === "viewer",
  };
}

export function usePermissions(path: ProjectPath): Permissions {
  const membership = useMembership(path.tenant_id);
  return permissionsOf(membership?.role);
}
