import { QueryClient } from "@tanstack/react-query";
import { ApiProblem, UnreachableError } from "./problem.ts";

const MOST_TRIES = 3;

/** Answers that were asked. What the server refuses is refused again; what it could not answer is worth another try. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 0,
      retry: (failed, error) =>
        failed < MOST_TRIES &&
        (error instanceof UnreachableError || (error instanceof ApiProblem && error.status === 503)),
      retryDelay: (tried, error) =>
        error instanceof ApiProblem && error.retryAfter !== null
          ? error.retryAfter * 1_000
          : 500 * 2 ** tried,
      refetchOnWindowFocus: true,
    },
  },
});
