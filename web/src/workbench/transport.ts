import { api, got, type Schemas } from "@/api/client";
import type { LeaseTransport } from "@/editor-core/queue/lease-queue";
import type { Answer } from "@/interface/answer";

const PROJECT = "/api/v1/tenants/{tenant_id}/projects/{project_id}";

export interface ProjectPlace {
  readonly tenant: string;
  readonly project: string;
}

/** Leasing over the API. */
export function leaseTransport({ tenant, project }: ProjectPlace): LeaseTransport {
  const path = { tenant_id: tenant, project_id: project };
  return {
    lease: async (count) =>
      (await got(api.POST(`${PROJECT}/leases`, { params: { path }, body: { count } }))).leases,
    held: async () => (await got(api.GET(`${PROJECT}/leases`, { params: { path } }))).leases,
    heartbeat: async (lease) => {
      const params = { path: { ...path, lease_id: lease.id } };
      const body = { token: lease.token };
      return (await got(api.POST(`${PROJECT}/leases/{lease_id}/heartbeat`, { params, body }))).expires_at;
    },
    release: (lease) => {
      void fetch(`/api/v1/tenants/${tenant}/projects/${project}/leases/${lease.id}/release`, {
        method: "POST",
        keepalive: true,
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ token: lease.token }),
      }).catch(() => undefined);
    },
  };
}

/** Write the server's copy of a draft; answers its new revision. */
export async function saveDraft(
  { tenant, project }: ProjectPlace,
  lease: Schemas["Lease"],
  answer: Answer,
  seen: number,
): Promise<number> {
  const params = { path: { tenant_id: tenant, project_id: project, lease_id: lease.id } };
  const body = { token: lease.token, answer, seen_revision: seen };
  return (await got(api.PUT(`${PROJECT}/leases/{lease_id}/draft`, { params, body }))).revision;
}

export function interfaceVersion(
  { tenant, project }: ProjectPlace,
  version: number,
): Promise<Schemas["InterfaceVersion"]> {
  const params = { path: { tenant_id: tenant, project_id: project, version } };
  return got(api.GET(`${PROJECT}/interface/versions/{version}`, { params }));
}
