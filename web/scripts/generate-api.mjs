// Writes src/api/schema.d.ts from the server's OpenAPI. The generator wants an older TypeScript than ours, so
// it runs in a tree of its own.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const folder = mkdtempSync(join(tmpdir(), "assay-openapi-"));
const python = process.env.PYTHON ?? "../.venv/bin/python";
try {
  const specification = join(folder, "openapi.json");
  execFileSync(python, ["-m", "assay.server.openapi", specification], { stdio: "inherit" });
  const packages = ["-p", "openapi-typescript@7.13.0", "-p", "typescript@5.9.3"];
  execFileSync(
    "npx",
    ["--yes", ...packages, "openapi-typescript", specification, "-o", "src/api/schema.d.ts"],
    {
      stdio: "inherit",
    },
  );
} finally {
  rmSync(folder, { recursive: true });
}
