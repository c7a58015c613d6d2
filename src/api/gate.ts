import type pg from "pg";
import { boolArray, byteaArray, int4Array, textArray } from "../database/binaryArray.ts";
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

type Answer = Pick<Opening, "cardId" | "isNewCard" | "claim">;

type OpenedRow = [
  place: number,
  heads: string | null,
  scopes: string | null,
  settled: boolean,
  ...claimed: ClaimedRow,
];

type ClaimedRow = [
  cardId: string | null,
  isNewCard: boolean,
  claim: "none" | "claimed" | "known",
  fingerprint: Buffer | null,
  accessId: string | null,
  claimedCardId: string | null,
  unplaced: boolean | null,
];

const COLUMNS =
  "card_id, is_new, claim, claimed_fingerprint, claimed_access_id, claimed_card_id, claimed_unplaced";

const OPEN = `select place, heads, scopes, settled, ${COLUMNS} from open_requests($1::text[], $2::boolean, $3::text[],
  $4::text[], $5::text[], $6::bytea[], $7::text[], $8::bytea[], $9::int[], $10::boolean[], $11::text[], $12::text[])`;

const CLAIM = `select ${COLUMNS} from claim_request('{}', $1, $2, $3, $4, $5, $6::bytea[], $7::int[], 'PAN', $8, $9,
  $10::bytea[], $11::int[], $12::text[])`;

/** The gate of an instance: requests that come to it at the same moment pass in one round trip. */
export class Gate {
  readonly #grouped: Grouped<OpenRequest, Opening>;

  /** @param durably whether a new card has to be on disk by itself: the log's commits don't take it there */
  constructor(pool: pg.Pool, { durably }: { readonly durably: boolean }) {
    this.#grouped = new Grouped({ ask: async (opens) => await openAll(pool, opens, durably) });
  }

  async open(open: OpenRequest): Promise<Opening> {
    return await this.#grouped.ask(open);
  }

  /** The same without a card or a request id: for what only has to be fresh. */
  async freshness(streams: readonly string[]): Promise<Freshness> {
    return await this.open({ streams, request: null, accessId: null, card: null });
  }
}

const NOTHING: Answer = { cardId: null, isNewCard: false, claim: { kind: "none" } };

async function openAll(
  pool: pg.Pool,
  opens: readonly OpenRequest[],
  durably: boolean,
): Promise<readonly Opening[]> {
  const streams = [...new Set(opens.flatMap((open) => open.streams))];
  const asked = opens.filter(asksForMore);
  const requests = new Set<string>();
  const [together, alone] = parted(asked, ({ request, card }) => {
    if (card !== null && card.links.length > 0) return false;
    if (request === null) return true;
    // The second of two that say the same has to find the first one's claim.
    const key = `${request.terminal} ${request.operation} ${request.requestId}`;
    const isFirst = !requests.has(key);
    requests.add(key);
    return isFirst;
  });
  const [fresh, ...rows] = await openTogether(pool, streams, together, durably);
  const answers = new Map<OpenRequest, Answer>();
  for (const [place, , , settled, ...claimed] of rows) {
    const open = together[place - 1];
    if (open === undefined) throw new Error("the gate answers what was not asked");
    if (settled) answers.set(open, answerOf(claimed));
    else alone.push(open);
  }
  for (const open of alone) answers.set(open, await claimAlone(pool, open));
  const { heads, ...scopes } = freshnessOf(fresh, streams);
  return opens.map((open) => ({
    ...scopes,
    heads: open.streams.map((stream) => heads.get(stream) ?? -1),
    ...(answers.get(open) ?? NOTHING),
  }));
}

function asksForMore({ request, accessId, card }: OpenRequest): boolean {
  return request !== null || accessId !== null || card !== null;
}

function parted<Item>(items: readonly Item[], test: (item: Item) => boolean): [Item[], Item[]] {
  const yes: Item[] = [];
  const no: Item[] = [];
  for (const item of items) (test(item) ? yes : no).push(item);
  return [yes, no];
}

async function openTogether(
  pool: pg.Pool,
  streams: readonly string[],
  opens: readonly OpenRequest[],
  durably: boolean,
): Promise<readonly OpenedRow[]> {
  const values = [
    textArray(streams),
    durably,
    textArray(opens.map(({ request }) => request?.terminal ?? null)),
    textArray(opens.map(({ request }) => request?.operation ?? null)),
    textArray(opens.map(({ request }) => request?.requestId ?? null)),
    byteaArray(opens.map(({ request }) => request?.fingerprint ?? null)),
    textArray(opens.map(({ accessId }) => accessId)),
    byteaArray(opens.map(({ card }) => card?.hashes[0] ?? null)),
    int4Array(opens.map(({ card }) => card?.versions[0] ?? 0)),
    // Under several key versions the card may be known by an older one.
    boolArray(opens.map(({ card }) => card?.hashes.length === 1)),
    textArray(opens.map(({ card }) => card?.newCardId ?? null)),
    textArray(opens.map(({ card }) => card?.mask ?? null)),
  ];
  const query = { name: "open_requests", text: OPEN, values, rowMode: "array" as const };
  return (await pool.query<OpenedRow>(query)).rows;
}

async function claimAlone(pool: pg.Pool, { request, accessId, card }: OpenRequest): Promise<Answer> {
  const links = card === null || card.links.length === 0 ? null : card.links;
  const values = [
    request?.terminal ?? null,
    request?.operation ?? null,
    request?.requestId ?? null,
    request?.fingerprint ?? null,
    accessId,
    card?.hashes ?? null,
    card?.versions ?? null,
    card?.newCardId ?? null,
    card?.mask ?? null,
    links?.map(({ hash }) => hash) ?? null,
    links?.map(({ version }) => version) ?? null,
    links?.map(({ kind }) => kind) ?? null,
  ];
  const query = { name: "claim_request", text: CLAIM, values, rowMode: "array" as const };
  const [row] = (await pool.query<ClaimedRow>(query)).rows;
  if (row === undefined) throw new Error("the gate has no answer");
  return answerOf(row);
}

function freshnessOf(row: OpenedRow | undefined, streams: readonly string[]) {
  const [, heads, scopes] = row ?? [];
  if (typeof scopes !== "string") throw new Error("the gate does not say how fresh it is");
  const revisions = (heads ?? "").split(",").map(Number);
  const [rulesets = -1, accountRanges = -1, rates = -1, clockOffset = 0] = scopes.split(",").map(Number);
  return {
    heads: new Map(streams.map((stream, index) => [stream, revisions[index] ?? -1])),
    rulesets,
    accountRanges,
    rates,
    clockOffset,
  };
}

function answerOf(row: ClaimedRow): Answer {
  const [cardId, isNewCard] = row;
  return { cardId, isNewCard, claim: claimOf(row) };
}

function claimOf([, , claim, fingerprint, accessId, cardId, unplaced]: ClaimedRow): Claim {
  if (claim !== "known") return { kind: claim };
  if (fingerprint === null) throw new Error("a claimed request has a fingerprint");
  return { kind: "known", fingerprint, accessId, cardId, unplaced: unplaced ?? false };
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
