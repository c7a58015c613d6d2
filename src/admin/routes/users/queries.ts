import { queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import type { userInput } from "../../../domain/user/input.ts";
import { api, ask, tell } from "../../api/client.ts";
import type { AnswerOf } from "../../api/answerOf.ts";
import type { Filter, ListSearch } from "../../shared/table/filters.ts";
import { type ListQuery, listQueryOf } from "../../shared/table/listQuery.ts";

export type User = AnswerOf<"/api/users/{id}">;
export type UserInput = z.output<typeof userInput> & { readonly password?: string | undefined };

export function usersQuery(search: ListSearch, filters: readonly Filter[]): ListQuery<User> {
  const query = listQueryOf(search, filters);
  return {
    queryKey: ["users", "list", query],
    queryFn: async () => (await ask(() => api.GET("/api/users", { params: { query } }))).body,
  };
}

export function userQuery(id: string) {
  return queryOptions({
    queryKey: ["users", "one", id],
    queryFn: async () => await ask(() => api.GET("/api/users/{id}", { params: { path: { id } } })),
  });
}

/** Without a password the member is left out. */
function sent({ password, ...body }: UserInput) {
  return password === undefined ? body : { ...body, password };
}

export async function createUser(input: UserInput, intent: string): Promise<User> {
  const body = sent(input);
  const params = { header: { "Idempotency-Key": intent } };
  return (await ask(() => api.POST("/api/users", { body, params }))).body;
}

export async function changeUser(
  id: string,
  input: UserInput,
  { etag, intent }: { readonly etag: string | null; readonly intent: string },
): Promise<User> {
  const body = sent(input);
  const header = { "Idempotency-Key": intent, ...(etag === null ? {} : { "If-Match": etag }) };
  return (await ask(() => api.PUT("/api/users/{id}", { body, params: { path: { id }, header } }))).body;
}

export async function setDisabled(id: string, disabled: boolean, intent: string): Promise<void> {
  const params = { path: { id }, header: { "Idempotency-Key": intent } };
  await tell(() =>
    disabled
      ? api.POST("/api/users/{id}/disable", { params })
      : api.POST("/api/users/{id}/enable", { params }),
  );
}

export async function endSessions(id: string): Promise<void> {
  await tell(() => api.DELETE("/api/users/{id}/sessions", { params: { path: { id } } }));
}

export interface Invitation {
  /** What is handed over. The token is behind the `#`: it goes to no server, and into no log. */
  readonly link: string;
  readonly expiresAt: string;
}

export async function invite(id: string): Promise<Invitation> {
  const { body } = await ask(() => api.POST("/api/users/{id}/invitation", { params: { path: { id } } }));
  return { link: `${window.location.origin}/admin/invitation#${body.token}`, expiresAt: body.expiresAt };
}

export async function deleteUser(id: string, intent: string): Promise<void> {
  const params = { path: { id }, header: { "Idempotency-Key": intent } };
  await tell(() => api.DELETE("/api/users/{id}", { params }));
}
