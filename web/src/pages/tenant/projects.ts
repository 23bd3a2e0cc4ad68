import { queryOptions, useQuery } from "@tanstack/react-query";
import { api, got, type Schemas } from "@/api/client";

const MOST = 500;
const NONE: readonly Schemas["Project"][] = [];

/** The projects of a tenant that one may see, to choose from and to name. */
function projectChoices(tenantId: string) {
  return queryOptions({
    queryKey: ["project-choices", tenantId],
    queryFn: () =>
      got(
        api.GET("/api/v1/tenants/{tenant_id}/projects", {
          params: { path: { tenant_id: tenantId }, query: { limit: MOST } },
        }),
      ),
  });
}

/** Those projects; none while they are being read. */
export function useProjectChoices(tenantId: string): readonly Schemas["Project"][] {
  return useQuery(projectChoices(tenantId)).data?.items ?? NONE;
}
