import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig, type ProxyOptions } from "vite";
import { packedAssets } from "./scripts/packed-assets";

const server = process.env.ASSAY_URL ?? "http://127.0.0.1:8420";

/** To the server under its own origin, which it asks of every change that a session makes. */
const proxied: ProxyOptions = {
  target: server,
  configure: (proxy) => {
    proxy.on("proxyReq", (request) => {
      if (request.hasHeader("origin")) request.setHeader("origin", new URL(server).origin);
    });
  },
};

/** The build lands in the Python package, which serves it and ships it in the wheel. */
export default defineConfig({
  plugins: [react(), packedAssets()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  build: {
    outDir: "../src/assay/server/site/static",
    emptyOutDir: true,
    sourcemap: false,
    assetsInlineLimit: 0,
    target: "es2022",
    // Browsers that know light-dark(): without this it is written as variables that nothing sets.
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
  },
  worker: { format: "es" },
  server: { proxy: { "/api": proxied, "/sandbox": proxied, "/readyz": proxied, "/metrics": proxied } },
});
