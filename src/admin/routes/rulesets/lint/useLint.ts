import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { rulesetInput } from "../../../../domain/ruleset/input.ts";
import { lintQuery } from "../queries.ts";

/** What the server finds in a rule; nothing is asked of one that it would not take. */
export function useLint(body: unknown, id: string | null) {
  const parsed = rulesetInput.safeParse(bodyOnly(body));
  return useQuery({
    ...lintQuery(parsed.success ? parsed.data : null, id),
    enabled: parsed.success,
    placeholderData: keepPreviousData,
  });
}

/** Without what answers add to a body. */
function bodyOnly(body: unknown): unknown {
  if (typeof body !== "object" || body === null) return body;
  const known = Object.keys(rulesetInput.shape);
  return Object.fromEntries(Object.entries(body).filter(([name]) => known.includes(name)));
}
