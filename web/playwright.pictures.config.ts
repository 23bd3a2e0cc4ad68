import { defineConfig } from "@playwright/test";
import tests from "./playwright.config";

/** Not tests: `npm run pictures` writes a screenshot of every page and editor, light and dark. */
export default defineConfig({
  ...tests,
  testDir: "tests/pictures",
  globalSetup: undefined,
  fullyParallel: false,
  workers: 1,
  timeout: 600_000,
  use: { ...tests.use, trace: "off", screenshot: "off", deviceScaleFactor: 1 },
});
