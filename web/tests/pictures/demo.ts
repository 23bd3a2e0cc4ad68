import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { Installation } from "../end-to-end/support/installation";
import { ProjectOfTest, Tenant } from "../end-to-end/support/tenant";

const root = resolve(import.meta.dirname, "../../..");

/** The demo of `make up`, in an installation of its own. */
export async function demo(): Promise<{ installation: Installation; tenant: Tenant; operatorKey: string }> {
  const installation = await Installation.create();
  const operatorKey = await installation.operator("create-key", "pictures");
  const tenant = await Tenant.create(installation.address, operatorKey, "Demo");
  await promisify(execFile)(resolve(root, ".venv/bin/python"), ["examples/demo.py"], {
    cwd: root,
    env: {
      ...process.env,
      ASSAY_URL: installation.address,
      ASSAY_TENANT: tenant.id,
      ASSAY_API_KEY: tenant.key,
    },
  });
  return { installation, tenant, operatorKey };
}

/** The demo's projects by their slug: "photographs", "digits", "passages", "preference_pairs". */
export async function projectsOf(tenant: Tenant): Promise<Record<string, ProjectOfTest>> {
  const { items } = await tenant.call<{ items: { id: string; metadata: { demo?: string } }[] }>(
    "GET",
    "/projects",
  );
  return Object.fromEntries(
    items.map((each) => [String(each.metadata.demo), new ProjectOfTest(tenant, each.id)]),
  );
}
