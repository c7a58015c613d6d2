import { queryOptions } from "@tanstack/react-query";
import { api, ask } from "../../api/client.ts";
import type { AnswerOf } from "../../api/answerOf.ts";

export type System = AnswerOf<"/api/system">;

const LOOK_MS = 30_000;

export function systemQuery() {
  return queryOptions({
    queryKey: ["system"],
    queryFn: async () => (await ask(() => api.GET("/api/system"))).body,
    refetchInterval: LOOK_MS,
  });
}

/** @param to how far, an ISO 8601 duration, or where to, RFC 3339 */
export async function moveClock(
  to: { readonly advance: string } | { readonly now: string },
  intent: string,
): Promise<string> {
  const params = { header: { "Idempotency-Key": intent } };
  return (await ask(() => api.POST("/api/test-clock", { body: to, params }))).body.now;
}
