import { beforeEach, expect, test, vi } from "vitest";
import { importQuery, STANDARD_OPTIONS } from "@/pages/project/imports/upload-work";
import { dismissUpload, retryUpload, startUpload, useUploads } from "@/pages/project/imports/uploads";

const PATH = { tenant_id: "tenant", project_id: "project" };
const FILE = new File(["12345"], "rows.csv");
const only = () => useUploads.getState().uploads[0];

beforeEach(() => {
  vi.stubGlobal("addEventListener", () => undefined);
  vi.stubGlobal("removeEventListener", () => undefined);
  useUploads.setState({ uploads: [] });
});

test("an upload goes on where it failed", async () => {
  let attempts = 0;
  startUpload(PATH, [FILE], async (tell) => {
    attempts += 1;
    tell({ sentBytes: attempts });
    if (attempts === 1) throw new Error("the network is away");
  });
  await vi.waitFor(() => expect(only()?.state).toBe("failed"));
  expect(only()).toMatchObject({ bytes: 5, sentBytes: 1, name: "rows.csv" });
  retryUpload(only()?.id ?? "");
  await vi.waitFor(() => expect(only()?.state).toBe("done"));
  expect(only()).toMatchObject({ sentBytes: 2, error: undefined });
});

test("an upload that is stopped stops, and is no failure", async () => {
  let stopped = false;
  startUpload(PATH, [FILE], (_, signal) => {
    return new Promise((_resolve, reject) => {
      signal.addEventListener("abort", () => {
        stopped = true;
        reject(signal.reason);
      });
    });
  });
  dismissUpload(only()?.id ?? "");
  await vi.waitFor(() => expect(stopped).toBe(true));
  expect(useUploads.getState().uploads).toEqual([]);
});

test("the query of an import says how the file is read, and nothing that is not asked for", () => {
  expect(importQuery("a b.csv", STANDARD_OPTIONS).toString()).toBe(
    "file_name=a+b.csv&labels=ignore&encoding=utf-8",
  );
  const options = {
    batch: "01",
    labels: "gold",
    delimiter: ";",
    encoding: "cp1252",
    typed: true,
    columns: ["id=key", "body=data.text"],
  } as const;
  const query = importQuery("rows.csv", options);
  expect(query.getAll("column")).toEqual(["id=key", "body=data.text"]);
  expect(query.get("batch_id")).toBe("01");
  expect(query.get("typed")).toBe("true");
  expect(query.get("delimiter")).toBe(";");
});
