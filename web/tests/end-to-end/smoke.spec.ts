import { expect, test } from "./fixtures";

test("the web app is handed out under a policy that nothing of it breaks", async ({ signIn }) => {
  const page = await signIn("owner");
  const answer = await page.goto("/");
  expect(answer?.headers()["content-security-policy"]).toContain("default-src 'none'");
  await expect(page).toHaveTitle(/Assay/);
});
