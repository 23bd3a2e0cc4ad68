import { fileURLToPath } from "node:url";

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));

/** Serves the page that is measured, with the app's own modules. */
export default {
  root: path("./page"),
  cacheDir: path("../../web/node_modules/.vite-benchmark"),
  resolve: { alias: { "@": path("../../web/src") } },
  server: { fs: { allow: [path("../..")] } },
  build: { target: "es2022", emptyOutDir: true },
  worker: { format: "es" },
};
