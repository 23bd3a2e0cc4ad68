import { expect, test } from "vitest";
import { readSamples, sumOf, sumsBy } from "@/pages/operator/health/prometheus";

const TEXT = `# HELP requests Requests answered
# TYPE requests counter
requests{method="GET",route="/a",status="200"} 7.0
requests{method="GET",route="/b",status="500"} 2
requests{method="POST",route="/a",status="503"} 1e1
memory 1.5e+09
odd{path="a \\"quoted\\" \\\\ one"} 3
broken{ 4
`;

test("reads samples with their labels, and leaves out what is none", () => {
  const samples = readSamples(TEXT);
  expect(samples).toHaveLength(5);
  expect(samples[0]).toEqual({
    name: "requests",
    labels: { method: "GET", route: "/a", status: "200" },
    value: 7,
  });
  expect(samples[4]?.labels).toEqual({ path: 'a "quoted" \\ one' });
});

test("sums by name, by choice and by label", () => {
  const samples = readSamples(TEXT);
  expect(sumOf(samples, "requests")).toBe(19);
  expect(sumOf(samples, "requests", ({ status = "" }) => status.startsWith("5"))).toBe(12);
  expect(sumOf(samples, "absent")).toBe(0);
  expect(sumsBy(samples, "requests", "route")).toEqual([
    ["/a", 17],
    ["/b", 2],
  ]);
});
