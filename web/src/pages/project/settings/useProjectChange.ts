import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, got, type Schemas } from "@/api/client";
import { projectKey, useProjectPath } from "@/pages/project/queries";

/** Change members of the project; its pages show the answer at once. */
export function useProjectChange() {
  const path = useProjectPath();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (change: Schemas["ProjectChange"]) =>
      got(api.PATCH("/api/v1/tenants/{tenant_id}/projects/{project_id}", { params: { path }, body: change })),
    onSuccess: (saved) => {
      client.setQueryData(projectKey(path), saved);
      return Promise.all([
        client.invalidateQueries({ queryKey: ["projects", path.tenant_id] }),
        client.invalidateQueries({ queryKey: ["me"] }),
      ]);
    },
  });
}
