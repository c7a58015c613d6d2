import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, ask } from "../../api/client.ts";
import type { ReplacementCause } from "../../../domain/card/causes.ts";
import { csvOf } from "../../api/csv.ts";
import type { AnswerOf, ItemOf } from "../../api/answerOf.ts";
import type { Filter, ListSearch } from "../../shared/table/filters.ts";
import { type ListQuery, listQueryOf } from "../../shared/table/listQuery.ts";

export type ListedCard = ItemOf<"/api/cards">;
export type Card = AnswerOf<"/api/cards/{cardId}">;
export type Limit = Card["limits"][number];

const RECENT = "5";

export function cardsQuery(search: ListSearch, filters: readonly Filter[]): ListQuery<ListedCard> {
  const query = listQueryOf(search, filters);
  return {
    queryKey: ["cards", "list", query],
    queryFn: async () => (await ask(() => api.GET("/api/cards", { params: { query } }))).body,
  };
}

export function cardQuery(cardId: string) {
  return queryOptions({
    queryKey: ["cards", "one", cardId],
    queryFn: async () => await ask(() => api.GET("/api/cards/{cardId}", { params: { path: { cardId } } })),
  });
}

/** Its last entries and refusals. */
export function recentQuery(cardId: string) {
  const query = { cardId, limit: RECENT };
  return queryOptions({
    queryKey: ["operations", "list", query],
    queryFn: async () => (await ask(() => api.GET("/api/operations", { params: { query } }))).body,
  });
}

export type PastAct = ItemOf<"/api/cards/{cardId}/history">;

/** What was done to it, page by page. */
export function historyQuery(cardId: string) {
  return infiniteQueryOptions({
    queryKey: ["cards", "history", cardId],
    queryFn: async ({ pageParam }: { readonly pageParam: string | null }) => {
      const query = pageParam === null ? {} : { cursor: pageParam };
      const params = { path: { cardId }, query };
      return (await ask(() => api.GET("/api/cards/{cardId}/history", { params }))).body;
    },
    initialPageParam: null,
    getNextPageParam: ({ nextCursor }): string | null => nextCursor,
  });
}

/** The card of a number. Never by a query or a mutation: their caches would keep the number. */
export async function lookUpCard(pan: string): Promise<string> {
  return (await ask(() => api.POST("/api/cards/lookup", { body: { pan } }))).body.cardId;
}

export type CardAct = "freeze" | "unfreeze" | "enroll" | "unenroll";

interface Sending {
  readonly intent: string;
}

export async function actOnCard(
  cardId: string,
  act: CardAct,
  body: { readonly reason: string },
  { intent }: Sending,
): Promise<void> {
  const params = { path: { cardId }, header: { "Idempotency-Key": intent } };
  await ask(async () => {
    switch (act) {
      case "freeze":
        return await api.POST("/api/cards/{cardId}/freeze", { body, params });
      case "unfreeze":
        return await api.POST("/api/cards/{cardId}/unfreeze", { body, params });
      case "enroll":
        return await api.POST("/api/cards/{cardId}/enroll", { body, params });
      case "unenroll":
        return await api.POST("/api/cards/{cardId}/unenroll", { body, params });
    }
  });
}

interface EnrolmentBody {
  readonly pan?: string;
  readonly cardRef?: string;
  readonly aref: string;
  readonly ica?: string | undefined;
  readonly productCode?: string | undefined;
  readonly reason: string;
}

/** The card that is enrolled. A number goes by no query or mutation. @param intent for `Idempotency-Key` */
export async function enrolCard(
  { ica, productCode, ...rest }: EnrolmentBody,
  intent: string | null,
): Promise<string> {
  const said = {
    ...(ica === undefined ? {} : { ica }),
    ...(productCode === undefined ? {} : { productCode }),
  };
  const params = { header: intent === null ? {} : { "Idempotency-Key": intent } };
  const { body } = await ask(() => api.POST("/api/cards/enrolments", { params, body: { ...rest, ...said } }));
  return body.cardId;
}

/** Sends the file. @param intent for `Idempotency-Key`; null: a dry run */
export async function importEnrolments(file: File, intent: string | null) {
  const { body } = await ask(() => api.POST("/api/cards/enrolments/import", csvOf(file, intent)));
  return body;
}

/** The new card. */
export async function replaceCard(
  cardId: string,
  body: { readonly pan: string; readonly cause: ReplacementCause; readonly reason: string },
): Promise<string> {
  const params = { path: { cardId } };
  return (await ask(() => api.POST("/api/cards/{cardId}/replacement", { params, body }))).body.cardId;
}

export interface AdjustmentInput {
  readonly rulesetId: string;
  readonly free: number;
  readonly paid: number;
  readonly reason: string;
}

export async function adjustVisits(
  cardId: string,
  body: AdjustmentInput,
  { intent }: Sending,
): Promise<void> {
  const params = { path: { cardId }, header: { "Idempotency-Key": intent } };
  await ask(() => api.POST("/api/cards/{cardId}/adjustments", { body, params }));
}

export async function proposeVisits(
  cardId: string,
  body: AdjustmentInput,
  { intent }: Sending,
): Promise<void> {
  const params = { header: { "Idempotency-Key": intent } };
  await ask(() => api.POST("/api/adjustments", { body: { cardId, ...body }, params }));
}

/** What was proposed for the card, and nobody has decided on. */
export function proposalsQuery(cardId: string) {
  const query = { cardId, status: ["OPEN" as const], limit: RECENT };
  return queryOptions({
    queryKey: ["adjustments", "list", query],
    queryFn: async () => (await ask(() => api.GET("/api/adjustments", { params: { query } }))).body.items,
  });
}

/** @param intent for `Idempotency-Key` */
export async function eraseCardholder(cardId: string, intent: string): Promise<unknown> {
  const params = { path: { cardId }, header: { "Idempotency-Key": intent } };
  return await ask(() => api.POST("/api/cards/{cardId}/erase", { params, body: {} }));
}

/** @param intent for `Idempotency-Key` */
export async function verifyEnrolment(cardId: string, intent: string) {
  const params = { path: { cardId }, header: { "Idempotency-Key": intent } };
  return (await ask(() => api.POST("/api/cards/{cardId}/enrolment/verification", { params, body: {} }))).body;
}

/** @param intent for `Idempotency-Key` */
export async function showHash(cardId: string, intent: string): Promise<string> {
  const params = { path: { cardId }, header: { "Idempotency-Key": intent } };
  return (await ask(() => api.POST("/api/cards/{cardId}/hash", { params, body: {} }))).body.hash;
}
