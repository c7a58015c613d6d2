import { QueryClient, type QueryExecuteOptions, type QueryKey } from "@tanstack/react-query";
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

/** For a route's loader: what the page can't be without. What is known already is shown at once, and asked for anew by the page. */
export async function known<Data, Key extends QueryKey>(
  options: QueryExecuteOptions<Data, Error, Data, Data, Key>,
): Promise<Data> {
  return await queryClient.query({ ...options, staleTime: "static" });
}

/** As {@link known}, asked for anew: for forms, which begin with what is there now. */
export async function asOfNow<Data, Key extends QueryKey>(
  options: QueryExecuteOptions<Data, Error, Data, Data, Key>,
): Promise<Data> {
  return await queryClient.query({ ...options, staleTime: 0 });
}
