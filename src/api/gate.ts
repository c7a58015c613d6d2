import type pg from "pg";
import { Grouped } from "../eventlog/grouped.ts";
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
  /** The card was not known before: nothing can stand in its stream. */
  readonly isNewCard: boolean;
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

type Row = [
  heads: string | null,
  rulesets: number,
  accountRanges: number,
  rates: number,
  clockOffset: number | null,
  cardId: string | null,
  isNewCard: boolean,
  claim: "none" | "claimed" | "known",
  fingerprint: Buffer | null,
  accessId: string | null,
  claimedCardId: string | null,
  unplaced: boolean | null,
];

// Lists within a row travel as PostgreSQL's array literals: their elements are names, numbers and hex digits.
const OPEN = `select c.heads,
    (select revision from scope_revisions where scope = 'rulesets'),
    (select revision from scope_revisions where scope = 'account-ranges'),
    (select revision from scope_revisions where scope = 'rates'),
    (select i.clock_offset_ms from installation i where i.test_clock),
    c.card_id, c.is_new, c.claim, c.claimed_fingerprint, c.claimed_access_id, c.claimed_card_id, c.claimed_unplaced
  from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
              $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[]) with ordinality
         q(streams, terminal, operation, request_id, fingerprint, access_id, hashes, versions, kind, new_card, mask,
           links, link_versions, link_kinds, place)
  cross join lateral claim_request(q.streams::text[], q.terminal, q.operation, q.request_id, q.fingerprint::bytea, q.access_id,
    q.hashes::bytea[], q.versions::int[], q.kind, q.new_card, q.mask,
    q.links::bytea[], q.link_versions::int[], q.link_kinds::text[]) c
  order by q.place`;

/** The gate of an instance: requests that come to it at the same moment pass in one round trip. */
export class Gate {
  readonly #grouped: Grouped<OpenRequest, Opening>;

  constructor(pool: pg.Pool) {
    this.#grouped = new Grouped({ ask: async (opens) => await openAll(pool, opens) });
  }

  async open(open: OpenRequest): Promise<Opening> {
    return await this.#grouped.ask(open);
  }

  /** The same without a card or a request id: for what only has to be fresh. */
  async freshness(streams: readonly string[]): Promise<Freshness> {
    return await this.open({ streams, request: null, accessId: null, card: null });
  }
}

async function openAll(pool: pg.Pool, opens: readonly OpenRequest[]): Promise<readonly Opening[]> {
  const columns = opens.map(({ streams, request, accessId, card }) => {
    const links = card === null || card.links.length === 0 ? null : card.links;
    return [
      arrayOf(streams.map(quoted)),
      request?.terminal ?? null,
      request?.operation ?? null,
      request?.requestId ?? null,
      hex(request?.fingerprint),
      accessId,
      card === null ? null : arrayOf(card.hashes.map(bytes)),
      card === null ? null : arrayOf(card.versions),
      card === null ? null : "PAN",
      card?.newCardId ?? null,
      card?.mask ?? null,
      links === null ? null : arrayOf(links.map((link) => bytes(link.hash))),
      links === null ? null : arrayOf(links.map((link) => link.version)),
      links === null ? null : arrayOf(links.map((link) => link.kind)),
    ];
  });
  const values = Array.from({ length: 14 }, (_, column) => columns.map((row) => row[column] ?? null));
  const { rows } = await pool.query<Row>({ name: "open_requests", text: OPEN, values, rowMode: "array" });
  return rows.map(openingOf);
}

function openingOf(row: Row): Opening {
  const [heads, rulesets, accountRanges, rates, clockOffset, cardId, isNewCard] = row;
  return {
    heads: heads === null ? [] : heads.split(",").map(Number),
    rulesets,
    accountRanges,
    rates,
    clockOffset: clockOffset ?? 0,
    cardId,
    isNewCard,
    claim: claimOf(row),
  };
}

function claimOf([, , , , , , , claim, fingerprint, accessId, cardId, unplaced]: Row): Claim {
  if (claim !== "known") return { kind: claim };
  if (fingerprint === null) throw new Error("a claimed request has a fingerprint");
  return { kind: "known", fingerprint, accessId, cardId, unplaced: unplaced ?? false };
}

function arrayOf(elements: readonly (string | number)[]): string {
  return `{${elements.join(",")}}`;
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, "\\$&")}"`;
}

function hex(buffer: Buffer | undefined): string | null {
  return buffer === undefined ? null : `\\x${buffer.toString("hex")}`;
}

// Within an array literal the backslash is escaped once more.
function bytes(buffer: Buffer): string {
  return `"\\\\x${buffer.toString("hex")}"`;
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
