import { queryOptions } from "@tanstack/react-query";
import { api, got, type Schemas } from "@/api/client";
import { ApiProblem } from "@/api/problem";
import { type ProjectPath, projectKey } from "@/pages/project/queries";

const PROJECT = "/api/v1/tenants/{tenant_id}/projects/{project_id}";

/** Everything that is known about an item and its task. */
export interface ItemStory {
  readonly item: Schemas["Item"];
  readonly task: Schemas["Task"];
  readonly annotations: readonly Schemas["Annotation"][];
  readonly labels: readonly Schemas["Label"][];
  readonly reviews: readonly Schemas["Review"][];
  readonly comments: readonly Schemas["Comment"][];
  readonly access: readonly Schemas["ItemAccess"][];
  readonly gold: Schemas["Gold"] | null;
}

export function itemStoryQuery(path: ProjectPath, itemId: string) {
  return queryOptions({
    queryKey: [...projectKey(path), "item story", itemId],
    queryFn: async (): Promise<ItemStory> => {
      const item = await got(
        api.GET(`${PROJECT}/items/{item_id}`, { params: { path: { ...path, item_id: itemId } } }),
      );
      const params = { path: { ...path, task_id: item.task_id } };
      const [task, annotations, labels, reviews, comments, access, gold] = await Promise.all([
        got(api.GET(`${PROJECT}/tasks/{task_id}`, { params })),
        got(api.GET(`${PROJECT}/tasks/{task_id}/annotations`, { params })),
        got(api.GET(`${PROJECT}/tasks/{task_id}/labels`, { params })),
        got(api.GET(`${PROJECT}/tasks/{task_id}/reviews`, { params })),
        got(api.GET(`${PROJECT}/tasks/{task_id}/comments`, { params })),
        permitted(
          got(
            api.GET(`${PROJECT}/items/{item_id}/access`, { params: { path: { ...path, item_id: itemId } } }),
          ),
        ),
        permitted(got(api.GET(`${PROJECT}/tasks/{task_id}/gold`, { params }))),
      ]);
      return { item, task, annotations, labels, reviews, comments, access: access?.items ?? [], gold };
    },
  });
}

/** Null for what is not there or not for this person: the rest of the page is. */
async function permitted<T>(call: Promise<T>): Promise<T | null> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof ApiProblem && (error.status === 403 || error.status === 404)) return null;
    throw error;
  }
}
