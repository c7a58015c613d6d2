import { queryOptions } from "@tanstack/react-query";
import type { AnswerOf } from "../../api/answerOf.ts";
import { api, ask } from "../../api/client.ts";

type Connections = AnswerOf<"/api/connections">;
export type Connection = Connections["items"][number];
export type Heard = Connection["answers"][number];
export type OpenAmounts = NonNullable<Connections["amounts"]>;

const LOOK_MS = 10_000;

export function connectionsQuery() {
  return queryOptions({
    queryKey: ["connections"],
    queryFn: async () => (await ask(() => api.GET("/api/connections"))).body,
    refetchInterval: LOOK_MS,
  });
}

export async function testConnection(name: Connection["name"], intent: string): Promise<Heard> {
  const params = { path: { name }, header: { "Idempotency-Key": intent } };
  return (await ask(() => api.POST("/api/connections/{name}/test", { body: {}, params }))).body;
}
