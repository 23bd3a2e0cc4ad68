import { QueryClient } from "@tanstack/react-query";
import { ApiProblem } from "@/api/problem";

/** A refusal stays one however often it is asked again; only what did not arrive is tried again. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      retry: (failures, error) => !(error instanceof ApiProblem) && failures < 3,
      staleTime: 10_000,
      refetchOnWindowFocus: true,
    },
    mutations: { retry: false },
  },
});
