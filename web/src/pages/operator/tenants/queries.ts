import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, got, type Schemas } from "@/api/client";
import { useKeysetList } from "@/components/useKeysetList";

const PAGE = 200;

export function useTenants() {
  return useKeysetList(["tenants"], (cursor) =>
    got(api.GET("/api/v1/tenants", { params: { query: { cursor, limit: PAGE } } })),
  );
}

/** The registry's row of a tenant, with how much it holds. */
export function useTenantDetails(tenantId: string) {
  return useQuery({
    queryKey: ["tenant", tenantId],
    queryFn: () => got(api.GET("/api/v1/tenants/{tenant_id}", { params: { path: { tenant_id: tenantId } } })),
  });
}

/** What operators do to a tenant that is there. */
export function useTenantChanges(tenantId: string) {
  const client = useQueryClient();
  const params = { path: { tenant_id: tenantId } };
  const onSuccess = () =>
    Promise.all([
      client.invalidateQueries({ queryKey: ["tenants"] }),
      client.invalidateQueries({ queryKey: ["tenant", tenantId] }),
    ]);
  return {
    change: useMutation({
      mutationFn: (body: Schemas["TenantChange"]) =>
        api.PATCH("/api/v1/tenants/{tenant_id}", { params, body }),
      onSuccess,
    }),
    provision: useMutation({
      mutationFn: () => api.POST("/api/v1/tenants/{tenant_id}/cell", { params }),
      onSuccess,
    }),
  };
}
