import { queryOptions } from "@tanstack/react-query";
import type { AnswerOf } from "../../api/answerOf.ts";
import { api, ask, tell } from "../../api/client.ts";

export interface PasswordChange {
  readonly oldPassword: string;
  readonly password: string;
}

export async function changePassword(body: PasswordChange): Promise<void> {
  await tell(() => api.PUT("/api/session/password", { body }));
}

export type OwnSession = AnswerOf<"/api/session/all">["items"][number];

export function sessionsQuery() {
  return queryOptions({
    queryKey: ["account", "sessions"],
    queryFn: async () => (await ask(() => api.GET("/api/session/all"))).body.items,
  });
}

export async function endSession(id: string): Promise<void> {
  await tell(() => api.DELETE("/api/session/all/{id}", { params: { path: { id } } }));
}

export async function endOtherSessions(): Promise<void> {
  await tell(() => api.DELETE("/api/session/others"));
}
