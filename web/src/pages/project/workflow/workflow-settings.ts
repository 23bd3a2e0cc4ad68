import type { Schemas } from "@/api/client";

export type Workflow = Schemas["Workflow"];

/** The least and the greatest value of each whole number of a workflow, as the server has them. */
export const BOUNDS = {
  overlap: [1, 100],
  leases_ahead: [1, 50],
  lease_seconds: [10, 86_400],
  skip_limit: [1, 100],
} as const satisfies Partial<Record<keyof Workflow, readonly [number, number]>>;

export type CountName = keyof typeof BOUNDS;

const HUNDREDTHS = 10_000;

/** A share from 0 to 1 as a percentage with at most two decimals. */
export function percentOf(share: number): number {
  return Math.round(share * HUNDREDTHS) / 100;
}

/** A percentage as a share from 0 to 1. */
export function shareOf(percent: number): number {
  return Math.round(percent * 100) / HUNDREDTHS;
}

export function isCountValid(name: CountName, value: number): boolean {
  const [least, greatest] = BOUNDS[name];
  return Number.isInteger(value) && value >= least && value <= greatest;
}

export function isShareValid(share: number): boolean {
  return share >= 0 && share <= 1;
}

/** Would the server take this workflow? */
export function isWorkflowValid(workflow: Workflow): boolean {
  const { review } = workflow;
  const counts = (Object.keys(BOUNDS) as CountName[]).every((name) => isCountValid(name, workflow[name]));
  const below = review.below_agreement ?? null;
  return (
    counts &&
    isShareValid(workflow.gold_rate) &&
    isShareValid(review.sample) &&
    (below === null || isShareValid(below))
  );
}

/** Are both the same in every setting? */
export function isSameWorkflow(one: Workflow, other: Workflow): boolean {
  const plain = ({ review, ...rest }: Workflow) => ({
    ...rest,
    sample: review.sample,
    below: review.below_agreement ?? null,
  });
  const left: Readonly<Record<string, unknown>> = plain(one);
  const right: Readonly<Record<string, unknown>> = plain(other);
  return Object.keys(left).every((name) => left[name] === right[name]);
}
