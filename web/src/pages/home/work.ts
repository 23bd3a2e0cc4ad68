import { queryOptions, useQueries, useQuery } from "@tanstack/react-query";
import { api, got, type Schemas } from "@/api/client";
import { mayAnnotate, mayReview } from "@/app/permissions";
import { type Membership, meQuery } from "@/app/session";

/** One project that can be worked on, and what waits in it. Counts stop at MOST_COUNTED. */
export interface Work {
  membership: Membership;
  project: Schemas["Project"];
  toAnnotate: number;
  toReview: number;
  sentBack: number;
  submitted: number;
}

/** This many, or more. */
export const MOST_COUNTED = 100;

const MOST_PROJECTS = 100;
/** Others work too: what waits is asked again this often, in milliseconds. */
const AGAIN = 30_000;

/** What waits, and what was done since this day began. */
function workQuery(since: string) {
  return queryOptions({
    queryKey: ["work", since],
    queryFn: () => got(api.GET("/api/v1/me/work", { params: { query: { since } } })),
    refetchInterval: AGAIN,
    staleTime: 0,
  });
}

/** When the day of this moment began here. */
export function startOfDay(now: Date): string {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate()).toISOString();
}

/** The projects that one can work on over all tenants, what is to be done first before the others. */
export function useWork() {
  const { data: me } = useQuery(meQuery);
  const memberships = me?.memberships ?? [];
  const waiting = useQuery(workQuery(startOfDay(new Date())));
  const lists = useQueries({
    queries: memberships.map(({ tenant_id }) => ({
      queryKey: ["home-projects", tenant_id],
      queryFn: () =>
        got(
          api.GET("/api/v1/tenants/{tenant_id}/projects", {
            params: { path: { tenant_id }, query: { limit: MOST_PROJECTS } },
          }),
        ),
    })),
  });
  const counts = new Map(waiting.data?.projects.map((each) => [each.project_id, each]));
  const work = memberships.flatMap((membership, place) =>
    (lists[place]?.data?.items ?? [])
      .filter((project) => project.state === "active")
      .map((project) => workOf(membership, project, counts.get(project.id))),
  );
  return {
    work: work.sort(inOrderOfWork),
    loading: waiting.isPending || lists.some((list) => list.isPending),
    errors: [waiting, ...lists].flatMap(({ error }) => (error === null ? [] : [error])),
    retry: () => {
      for (const query of [waiting, ...lists]) void query.refetch();
    },
  };
}

function workOf(
  membership: Membership,
  project: Schemas["Project"],
  counted: Schemas["ProjectWork"] | undefined,
): Work {
  return {
    membership,
    project,
    toAnnotate: counted?.to_annotate ?? 0,
    toReview: counted?.to_review ?? 0,
    sentBack: counted?.sent_back ?? 0,
    submitted: counted?.submitted ?? 0,
  };
}

/** First what came back, then what one is in the midst of today, then what has most waiting. */
export function inOrderOfWork(one: Work, other: Work): number {
  return (
    other.sentBack - one.sentBack ||
    Number(waits(other)) - Number(waits(one)) ||
    other.submitted - one.submitted ||
    other.toAnnotate + other.toReview - one.toAnnotate - one.toReview ||
    one.project.name.localeCompare(other.project.name)
  );
}

/** Is there anything to do? */
export function waits({ toAnnotate, toReview }: Work): boolean {
  return toAnnotate > 0 || toReview > 0;
}

/** What starting a project opens; undefined where one can do neither. */
export function startOf({ membership, toAnnotate, toReview }: Work): "annotate" | "review" | undefined {
  if (mayReview(membership) && toReview > 0 && toAnnotate === 0) return "review";
  return mayAnnotate(membership) ? "annotate" : undefined;
}
