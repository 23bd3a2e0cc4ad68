import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Plugin } from "vite";

const WORTH_PACKING = 1024;

/** Packs every file of the build once, so that no request has to. */
export function packedAssets(): Plugin {
  let folder = "";
  return {
    name: "packed-assets",
    apply: "build",
    configResolved: (config) => {
      folder = join(config.root, config.build.outDir, config.build.assetsDir);
    },
    closeBundle: () => {
      for (const name of readdirSync(folder)) {
        const content = readFileSync(join(folder, name));
        if (!name.endsWith(".gz") && content.length > WORTH_PACKING) {
          writeFileSync(join(folder, `${name}.gz`), gzipSync(content, { level: 9 }));
        }
      }
    },
  };
}
