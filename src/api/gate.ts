import type pg from "pg";
import type { CardHashes, CardLink } from "../vault/hashing.ts";

/**
 * The one round trip before a decision: how fresh this instance must be, what time it is, which card
 * this is, and whether the request was seen before.
 */

export interface Freshness {
  /** Per asked stream, the revision it must be known to; -1 for none. */
  readonly heads: readonly number[];
  readonly rulesets: number;
  readonly accountRanges: number;
  readonly rates: number;
  /** How far the business time is ahead of the real one, in milliseconds. 0 without a test clock. */
  readonly clockOffset: number;
}

/** What the register said of a request id. `known`: it was claimed before, by this content. */
export type Claim =
  | { readonly kind: "none" }
  | { readonly kind: "claimed" }
  | {
      readonly kind: "known";
      readonly fingerprint: Buffer;
      readonly accessId: string | null;
      readonly cardId: string | null;
      /** The first time, the terminal belonged to no location. */
      readonly unplaced: boolean;
    };

export interface Opening extends Freshness {
  /** The card of the number, or of the access id; null where neither was asked or nothing is known. */
  readonly cardId: string | null;
  readonly claim: Claim;
}

export interface RequestKey {
  readonly terminal: string;
  readonly operation: string;
  readonly requestId: string;
  readonly fingerprint: Buffer;
}

export interface OpenRequest {
  readonly streams: readonly string[];
  readonly request: RequestKey | null;
  /** For a check: the id the attempt gets if it is new. For others: the entry that is meant. */
  readonly accessId: string | null;
  readonly card: OpenCard | null;
}

/** The number that was read, and the other names it came with. */
export interface OpenCard extends CardHashes {
  readonly newCardId: string;
  readonly mask: string;
  readonly links: readonly CardLink[];
}

interface Row {
  readonly heads: readonly (number | null)[];
  readonly rulesets: number;
  readonly account_ranges: number;
  readonly rates: number;
  readonly clock_offset_ms: number | null;
  readonly card_id: string | null;
  readonly claim: "none" | "claimed" | "known";
  readonly claimed_fingerprint: Buffer | null;
  readonly claimed_access_id: string | null;
  readonly claimed_card_id: string | null;
  readonly claimed_unplaced: boolean | null;
}

export async function openRequest(pool: pg.Pool, open: OpenRequest): Promise<Opening> {
  const { request, card } = open;
  const result = await pool.query<Row>({
    name: "begin_request",
    text: "select * from begin_request($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
    values: [
      open.streams,
      request?.terminal ?? null,
      request?.operation ?? null,
      request?.requestId ?? null,
      request?.fingerprint ?? null,
      open.accessId,
      card?.hashes ?? null,
      card?.versions ?? null,
      card === null ? null : "PAN",
      card?.newCardId ?? null,
      card?.mask ?? null,
      card === null || card.links.length === 0 ? null : card.links.map((link) => link.hash),
      card === null || card.links.length === 0 ? null : card.links.map((link) => link.version),
      card === null || card.links.length === 0 ? null : card.links.map((link) => link.kind),
    ],
  });
  const row = result.rows[0];
  if (row === undefined) throw new Error("begin_request answers with one row");
  return {
    heads: row.heads.map((head) => head ?? -1),
    rulesets: row.rulesets,
    accountRanges: row.account_ranges,
    rates: row.rates,
    clockOffset: row.clock_offset_ms ?? 0,
    cardId: row.card_id,
    claim: claimOf(row),
  };
}

function claimOf(row: Row): Claim {
  if (row.claim !== "known") return { kind: row.claim };
  if (row.claimed_fingerprint === null) throw new Error("a claimed request has a fingerprint");
  return {
    kind: "known",
    fingerprint: row.claimed_fingerprint,
    accessId: row.claimed_access_id,
    cardId: row.claimed_card_id,
    unplaced: row.claimed_unplaced ?? false,
  };
}

/** The same without a card or a request id: for what only has to be fresh. */
export async function freshness(pool: pg.Pool, streams: readonly string[]): Promise<Freshness> {
  return await openRequest(pool, { streams, request: null, accessId: null, card: null });
}

/** Says that a stream is about to reach a revision. Whoever decides afterwards reads up to it. */
export async function announceHead(pool: pg.Pool, stream: string, revision: number): Promise<void> {
  await pool.query({
    name: "announce_head",
    text: `insert into stream_heads (stream, revision) values ($1, $2)
           on conflict (stream) do update
           set revision = greatest(stream_heads.revision, excluded.revision), raised_at = clock_timestamp()`,
    values: [stream, revision],
  });
}

/** As {@link announceHead} for a ruleset: every instance looks at the list of rulesets again. */
export async function announceRuleset(pool: pg.Pool, stream: string, revision: number): Promise<void> {
  await pool.query({
    name: "announce_ruleset",
    text: `with head as (
             insert into stream_heads (stream, revision) values ($1, $2)
             on conflict (stream) do update
             set revision = greatest(stream_heads.revision, excluded.revision), raised_at = clock_timestamp()
           )
           update scope_revisions set revision = revision + 1 where scope = 'rulesets'`,
    values: [stream, revision],
  });
}

/** Remembers that this tap's event stands in the terminal's stream. */
export async function markUnplaced(pool: pg.Pool, request: RequestKey): Promise<void> {
  await pool.query(
    "update request_register set unplaced = true where terminal = $1 and operation = $2 and request_id = $3",
    [request.terminal, request.operation, request.requestId],
  );
}
