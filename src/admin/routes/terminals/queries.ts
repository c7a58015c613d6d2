import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, ask, tell } from "../../api/client.ts";
import type { AnswerOf } from "../../api/answerOf.ts";
import type { Filter, ListSearch } from "../../shared/table/filters.ts";
import { type ListQuery, listQueryOf } from "../../shared/table/listQuery.ts";

export type Terminal = AnswerOf<"/api/terminals/{serialNumber}">;

export interface TerminalInput {
  readonly locationId: string | null;
  readonly profile: "standard" | "reference";
}

export function terminalsQuery(search: ListSearch, filters: readonly Filter[]): ListQuery<Terminal> {
  const query = listQueryOf(search, filters);
  return {
    queryKey: ["terminals", "list", query],
    queryFn: async () => (await ask(() => api.GET("/api/terminals", { params: { query } }))).body,
  };
}

export function terminalQuery(serialNumber: string) {
  return queryOptions({
    queryKey: ["terminals", "one", serialNumber],
    queryFn: async () =>
      await ask(() => api.GET("/api/terminals/{serialNumber}", { params: { path: { serialNumber } } })),
  });
}

/** What became of it, page by page. @param revision asked anew where there is another */
export function terminalHistoryQuery(serialNumber: string, revision: number) {
  return infiniteQueryOptions({
    queryKey: ["terminals", "history", serialNumber, revision],
    placeholderData: keepPreviousData,
    queryFn: async ({ pageParam }: { readonly pageParam: string | null }) => {
      const query = pageParam === null ? {} : { cursor: pageParam };
      const params = { path: { serialNumber }, query };
      return (await ask(() => api.GET("/api/terminals/{serialNumber}/history", { params }))).body;
    },
    initialPageParam: null,
    getNextPageParam: ({ nextCursor }): string | null => nextCursor,
  });
}

export type TerminalPastAct = AnswerOf<"/api/terminals/{serialNumber}/history">["items"][number];

export function pairingFailuresQuery(serialNumber: string) {
  const params = { path: { serialNumber } };
  return queryOptions({
    queryKey: ["terminals", "failures", serialNumber],
    queryFn: async () =>
      (await ask(() => api.GET("/api/terminals/{serialNumber}/pairing-failures", { params }))).body.items,
  });
}

export async function registerTerminal(
  body: TerminalInput & { readonly serialNumber: string },
  intent: string,
): Promise<Terminal> {
  const params = { header: { "Idempotency-Key": intent } };
  return (await ask(() => api.POST("/api/terminals", { body, params }))).body;
}

export async function changeTerminal(
  serialNumber: string,
  body: TerminalInput,
  { etag, intent }: { readonly etag: string | null; readonly intent: string },
): Promise<Terminal> {
  const header = { "Idempotency-Key": intent, ...(etag === null ? {} : { "If-Match": etag }) };
  const params = { path: { serialNumber }, header };
  return (await ask(() => api.PUT("/api/terminals/{serialNumber}", { body, params }))).body;
}

export type TerminalAct = "suspend" | "resume" | "unpair";

export async function actOnTerminal(
  serialNumber: string,
  act: TerminalAct,
  { reason, intent }: { readonly reason: string | null; readonly intent: string },
): Promise<void> {
  const params = { path: { serialNumber }, header: { "Idempotency-Key": intent } };
  const body = { reason };
  switch (act) {
    case "suspend":
      await tell(() => api.POST("/api/terminals/{serialNumber}/suspend", { body, params }));
      return;
    case "resume":
      await tell(() => api.POST("/api/terminals/{serialNumber}/resume", { body, params }));
      return;
    case "unpair":
      await tell(() => api.POST("/api/terminals/{serialNumber}/unpair", { body, params }));
      return;
  }
}

export async function deleteTerminal(serialNumber: string, intent: string): Promise<void> {
  const params = { path: { serialNumber }, header: { "Idempotency-Key": intent } };
  await tell(() => api.DELETE("/api/terminals/{serialNumber}", { params }));
}

export interface PairingCode {
  readonly code: string;
  readonly expiresAt: string;
}

/** Every call makes another code, and voids the one before. */
export async function issuePairingCode(serialNumber: string): Promise<PairingCode> {
  const params = { path: { serialNumber } };
  const send = () => api.POST("/api/terminals/{serialNumber}/pairing-codes", { body: {}, params });
  return (await ask(send)).body;
}

/** A code by which a POS system gets its certificate, and where it asks. */
export interface SetupCode extends PairingCode {
  readonly httpsUrl: string | null;
  readonly wssUrl: string | null;
  /** Null where the server has no port for certificates. */
  readonly port: number | null;
}

/** Every call makes another code, and voids the one before. */
export async function issueSetupCode(serialNumber: string): Promise<SetupCode> {
  const params = { path: { serialNumber } };
  const send = () => api.POST("/api/terminals/{serialNumber}/setup-codes", { body: {}, params });
  return (await ask(send)).body;
}

/** What a code comes to, and the device where there is one. */
export interface Claimed {
  readonly outcome: "OPEN" | "CLAIMED" | "NOT_FOUND" | "EXPIRED" | "USED";
  readonly terminal: Terminal | null;
}

/** Which device shows the code; nothing is done. */
export async function lookAtClaim(code: string): Promise<Claimed> {
  return (await ask(() => api.POST("/api/claims/lookup", { body: { code } }))).body;
}

export async function claimTerminal(code: string): Promise<Claimed> {
  return (await ask(() => api.POST("/api/claims", { body: { code } }))).body;
}
