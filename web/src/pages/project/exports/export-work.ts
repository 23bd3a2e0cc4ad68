import { queryOptions } from "@tanstack/react-query";
import { api, got, type Schemas } from "@/api/client";
import { queryClient } from "@/app/queries";
import { isObject } from "@/interface/json";
import { type ProjectPath, projectKey } from "@/pages/project/queries";

export const EXPORT_FORMATS = ["jsonl", "csv", "parquet"] as const;
export const EXPORT_SUBJECTS = ["labels", "annotations", "items"] as const;
export const MANIFEST = "manifest.json";

/** Start an export; the same `key` starts it once. */
export async function startExport(
  path: ProjectPath,
  wanted: Schemas["NewExport"],
  key: string,
): Promise<Schemas["Job"]> {
  const job = await got(
    api.POST("/api/v1/tenants/{tenant_id}/projects/{project_id}/exports", {
      params: { path, header: { "Idempotency-Key": key } },
      body: wanted,
    }),
  );
  await queryClient.invalidateQueries({ queryKey: [...projectKey(path), "jobs"] });
  return job;
}

/** The files of an export; more of them come while it runs. */
export function exportFilesQuery(path: ProjectPath, jobId: string) {
  return queryOptions({
    queryKey: [...projectKey(path), "export files", jobId],
    queryFn: ({ signal }) =>
      got(
        api.GET("/api/v1/tenants/{tenant_id}/projects/{project_id}/exports/{job_id}/files", {
          params: { path: { ...path, job_id: jobId } },
          signal,
        }),
      ),
  });
}

/** The Merkle root over an export's rows, from its manifest; null when the manifest tells none. */
export function exportRootQuery(path: ProjectPath, jobId: string) {
  return queryOptions({
    queryKey: [...projectKey(path), "export root", jobId],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async ({ signal }): Promise<string | null> => {
      const { data } = await api.GET(
        "/api/v1/tenants/{tenant_id}/projects/{project_id}/exports/{job_id}/files/{name}",
        { params: { path: { ...path, job_id: jobId, name: MANIFEST } }, signal, parseAs: "json" },
      );
      const manifest: unknown = data;
      return isObject(manifest) && typeof manifest.root === "string" ? manifest.root : null;
    },
  });
}

/** Where a file of an export is downloaded; the browser saves it as it streams. */
export function exportFileAddress(path: ProjectPath, jobId: string, name: string): string {
  const project = `/api/v1/tenants/${path.tenant_id}/projects/${path.project_id}`;
  return `${project}/exports/${jobId}/files/${encodeURIComponent(name)}`;
}
