import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Schemas } from "@/api/client";
import { personRows } from "@/pages/project/people/person-rows";
import { faultOf, metadataOf, rowsOf } from "@/pages/project/settings/metadata-rows";
import {
  isSameWorkflow,
  isWorkflowValid,
  percentOf,
  shareOf,
  type Workflow,
} from "@/pages/project/workflow/workflow-settings";

const STANDARD: Workflow = {
  overlap: 1,
  lease_seconds: 1800,
  leases_ahead: 5,
  gold_rate: 0,
  review: { sample: 0 },
  skip_limit: 3,
  show_prelabels: true,
  send_back_to: "same",
};

describe("a workflow", () => {
  test("within the server's bounds is valid, at both ends", () => {
    expect(isWorkflowValid(STANDARD)).toBe(true);
    expect(isWorkflowValid({ ...STANDARD, overlap: 100, leases_ahead: 50, lease_seconds: 86_400 })).toBe(
      true,
    );
    expect(isWorkflowValid({ ...STANDARD, review: { sample: 1, below_agreement: 0 } })).toBe(true);
  });

  test.each<Partial<Workflow>>([
    { overlap: 0 },
    { overlap: 101 },
    { overlap: 1.5 },
    { overlap: Number.NaN },
    { lease_seconds: 9 },
    { leases_ahead: 51 },
    { skip_limit: 0 },
    { gold_rate: 1.01 },
    { gold_rate: Number.NaN },
    { review: { sample: -0.1 } },
    { review: { sample: 0, below_agreement: 1.1 } },
  ])("with %j is not", (part) => {
    expect(isWorkflowValid({ ...STANDARD, ...part })).toBe(false);
  });

  test("is the same whether a threshold is left out or null, and different by any setting", () => {
    expect(isSameWorkflow(STANDARD, { ...STANDARD, review: { sample: 0, below_agreement: null } })).toBe(
      true,
    );
    expect(isSameWorkflow(STANDARD, { ...STANDARD, review: { sample: 0, below_agreement: 0 } })).toBe(false);
    expect(isSameWorkflow(STANDARD, { ...STANDARD, send_back_to: "anyone" })).toBe(false);
  });

  test("percentages come back as the shares they were", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000 }), (hundredths) => {
        const share = hundredths / 10_000;
        expect(shareOf(percentOf(share))).toBe(share);
      }),
    );
    expect(percentOf(0.07)).toBe(7);
  });
});

describe("metadata", () => {
  const value = fc.oneof(
    fc.string().filter((text) => !text.includes("\0")),
    fc.double({ noNaN: true, noDefaultInfinity: true }).filter((number) => !Object.is(number, -0)),
    fc.boolean(),
  );

  test("that is not touched is stored as it was", () => {
    const name = fc.stringMatching(/^[a-z]{1,8}$/);
    fc.assert(
      fc.property(fc.dictionary(name, value), (metadata) => {
        const rows = rowsOf(metadata);
        expect(rows.map((row) => faultOf(row, rows))).toEqual(rows.map(() => null));
        expect(metadataOf(rows)).toEqual({ ...metadata });
      }),
    );
  });

  test("says what is wrong with a row", () => {
    const row = { id: 0, name: "cost", type: "text", text: "" } as const;
    expect(faultOf({ ...row, name: "" }, [])).toBe("noName");
    expect(faultOf(row, [row, { ...row, id: 1 }])).toBe("twice");
    expect(faultOf({ ...row, type: "number", text: "1,5" }, [row])).toBe("noNumber");
    expect(faultOf({ ...row, type: "number", text: " " }, [row])).toBe("noNumber");
    expect(faultOf({ ...row, text: "a\0b" }, [row])).toBe("nul");
  });
});

describe("people", () => {
  const member = (pseudonym: string, role: Schemas["Role"], display_name: string): Schemas["Member"] => ({
    person_id: `person ${pseudonym}`,
    pseudonym,
    email: `${display_name}@example.com`,
    display_name,
    role,
    projects: null,
    created_at: "2026-01-01T00:00:00Z",
  });
  const figure = (annotator: string, stage: "annotate" | "review", last_at: string) => ({
    annotator,
    stage,
    submitted: 3,
    skipped: 0,
    active_ms: 1000,
    last_at,
    gold: null,
  });

  test("are in order of role and name, with their figures, and those without membership last", () => {
    const rows = personRows(
      [member("c", "annotator", "Zoe"), member("b", "annotator", "Amir"), member("a", "owner", "Yuki")],
      [
        figure("gone", "annotate", "2026-01-03T00:00:00Z"),
        figure("a", "annotate", "2026-01-05T00:00:00Z"),
        figure("a", "review", "2026-01-04T00:00:00Z"),
      ],
    );
    expect(rows.map((row) => row.pseudonym)).toEqual(["a", "b", "c", "gone"]);
    expect(rows[0]?.annotated?.submitted).toBe(3);
    expect(rows[0]?.reviewed?.submitted).toBe(3);
    expect(rows[0]?.lastAt).toBe("2026-01-05T00:00:00Z");
    expect(rows[1]?.lastAt).toBeUndefined();
    expect(rows[3]?.member).toBeUndefined();
  });
});
