import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { lintQuery } from "../queries.ts";

/** What the server finds in a rule. */
export function useLint(body: unknown, id: string | null) {
  return useQuery({ ...lintQuery(body, id), placeholderData: keepPreviousData });
}
