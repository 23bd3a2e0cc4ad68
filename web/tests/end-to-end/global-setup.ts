import { Installation } from "./support/installation";

/** One installation for all tests; each test has tenants or projects of its own in it. */
export default async function setUp(): Promise<() => Promise<void>> {
  const installation = await Installation.create();
  process.env.ASSAY_TEST_ADDRESS = installation.address;
  process.env.ASSAY_TEST_OPERATOR_KEY = await installation.operator("create-key", "end-to-end tests");
  process.env.ASSAY_TEST_OPERATOR_LINK = await installation.operator("create-link", "operator@example.com");
  return () => installation.remove();
}
