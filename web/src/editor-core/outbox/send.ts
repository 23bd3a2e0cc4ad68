import { api, got } from "@/api/client";
import type { OutboxEntry, Sent } from "@/editor-core/outbox/entry";

const PROJECT = "/api/v1/tenants/{tenant_id}/projects/{project_id}";

/** Bring one entry to the server. */
export async function sendEntry(entry: OutboxEntry): Promise<Sent> {
  const path = { tenant_id: entry.tenant, project_id: entry.project };
  switch (entry.kind) {
    case "submit":
      return got(api.POST(`${PROJECT}/annotations`, { params: { path }, body: entry.body }));
    case "review":
      return got(api.POST(`${PROJECT}/reviews`, { params: { path }, body: entry.body }));
    case "skip":
      await api.POST(`${PROJECT}/leases/{lease_id}/skip`, {
        params: { path: { ...path, lease_id: entry.lease } },
        body: entry.body,
      });
      return { leases: [] };
    case "revise": {
      const revised = await got(
        api.PUT(`${PROJECT}/annotations/{annotation_id}`, {
          params: { path: { ...path, annotation_id: entry.annotation } },
          body: entry.body,
        }),
      );
      return { leases: [], revision: revised.revision };
    }
  }
}
