import { type QueryKey, useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";

export interface KeysetPage<Row> {
  items: Row[];
  next_cursor?: string | null;
}

/** What a DataTable needs of a list that is read page by page. */
export interface KeysetList<Row> {
  rows: readonly Row[];
  loading: boolean;
  loadingMore: boolean;
  hasMore: boolean;
  error: unknown;
  loadMore: () => void;
  reload: () => void;
}

export interface KeysetOptions {
  enabled?: boolean;
  /** Ask again after so many milliseconds while the page is visible. */
  refetchInterval?: number | false;
}

/** Read a list by keyset pages: `read` gets the cursor of the page (none for the first). */
export function useKeysetList<Row>(
  queryKey: QueryKey,
  read: (cursor: string | undefined) => Promise<KeysetPage<Row>>,
  options: KeysetOptions = {},
): KeysetList<Row> {
  const query = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam }) => read(pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    ...options,
  });
  const rows = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data]);
  return {
    rows,
    loading: query.isPending,
    loadingMore: query.isFetchingNextPage,
    hasMore: query.hasNextPage,
    error: query.error,
    loadMore: () => void query.fetchNextPage(),
    reload: () => void query.refetch(),
  };
}
