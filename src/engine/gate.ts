import type pg from "pg";
import { boolArray, byteaArray, int4Array, textArray } from "../database/binaryArray.ts";
import type { Ask } from "../database/lanes.ts";
import { isOfStatement } from "../database/sqlState.ts";
import type { Statement, TextRow } from "../database/statement.ts";
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
  /** Cards of the same account that were thought to be others: their streams count with this one's. */
  readonly joined: readonly string[];
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

type Answer = Pick<Opening, "cardId" | "joined" | "isNewCard" | "claim">;

// The requests of a group, all at once. What this leaves with `settled` false (a card under another key version or name, a
// request or a card that someone else is claiming at this moment) has changed nothing, and is for `claim_request`.
//   - The one row at place 0 has the heads of the streams, in their order, and the scopes; the requests count from 1.
//   - The session commits without waiting for the disk: what makes an event durable in this database does so for an alias
//     before it. Where the log is elsewhere ($2) a new alias waits by itself.
//   - Aliases and requests are claimed in the order of their keys, so that two groups don't wait for each other.
const OPEN: Statement = {
  name: "open_requests",
  text: `
  with q as materialized (
    select u.*, k.card_id as known, k.joined, e.card_id as of_entry
    from unnest($3::text[], $4::text[], $5::text[], $6::bytea[], $7::text[],
                $8::bytea[], $9::int[], $10::boolean[], $11::text[], $12::text[]) with ordinality
         u(terminal, operation, request_id, fingerprint, access_id, hash, key_version, plain, new_card, mask, place)
    left join lateral (
      select card_id, joined from card_alias a where a.hash = u.hash limit 1) k on true
    left join lateral (
      select card_id from request_register r
      where u.hash is null and r.access_id = u.access_id and r.operation = 'check_entry' limit 1) e on true
  ), alias as (
    insert into card_alias (hash, key_version, card_id, kind)
    select distinct on (q.hash) q.hash, q.key_version, q.new_card, 'PAN'
    from q where q.hash is not null and q.known is null and q.plain
    order by q.hash, q.place
    on conflict (hash) do nothing
    returning hash, card_id
  ), card as (
    insert into card_vault (card_id, mask)
    select alias.card_id, q.mask from alias join q on q.new_card = alias.card_id
  ), whose as materialized (
    select q.*, coalesce(q.known, alias.card_id, q.of_entry) as card, alias.card_id is not null as is_new
    from q left join alias on alias.hash = q.hash
  ), claimed as (
    insert into request_register (terminal, operation, request_id, fingerprint, card_id, access_id)
    select w.terminal, w.operation, w.request_id, w.fingerprint, w.card, w.access_id
    from whose w where w.request_id is not null and (w.hash is null or w.card is not null)
    order by w.terminal, w.operation, w.request_id
    on conflict do nothing
    returning terminal, operation, request_id
  )
  select 0 as place,
    (select string_agg(coalesce(h.revision, -1)::text, ',' order by s.place)
       from unnest($1::text[]) with ordinality s(name, place)
       left join lateral (select revision from stream_heads where stream = s.name limit 1) h on true) as heads,
    concat_ws(',',
      (select revision from scope_revisions where scope = 'rulesets'),
      (select revision from scope_revisions where scope = 'account-ranges'),
      (select revision from scope_revisions where scope = 'rates'),
      (select coalesce(sum(i.clock_offset_ms), 0) from installation i where i.test_clock)) as scopes,
    true as settled, null as card_id, false as is_new, 'none' as claim,
    null::bytea as fingerprint, null as access_id, null as claimed_card_id, null::boolean as unplaced, null as joined
  union all
  select w.place::int, null, null,
    (w.hash is null or w.card is not null)
      and (w.request_id is null or claimed.request_id is not null or r.request_id is not null),
    w.card,
    case when not w.is_new then false
         when $2::boolean then set_config('synchronous_commit', 'on', true) = 'on'
         else true end,
    case when w.request_id is null then 'none' when claimed.request_id is not null then 'claimed' else 'known' end,
    r.fingerprint, r.access_id, r.card_id, r.unplaced, array_to_string(w.joined, ',')
  from whose w
  left join claimed using (terminal, operation, request_id)
  left join lateral (
    select * from request_register r
    where claimed.request_id is null
      and r.terminal = w.terminal and r.operation = w.operation and r.request_id = w.request_id limit 1) r on true
  order by place`,
};

// Where a row of `OPEN` has what `freshnessOf` doesn't read. From the last on it has the columns of `CLAIM`.
const PLACE = 0;
const SETTLED = 3;
const CLAIMED_FROM = 4;

// How PostgreSQL's text of a bytea begins: every connection of ours says `bytea_output = hex`.
const BYTES = "\\x";

const CLAIM: Statement = {
  name: "claim_request",
  text: `
  select card_id, is_new, claim, claimed_fingerprint, claimed_access_id, claimed_card_id, claimed_unplaced, joined
  from claim_request('{}', $1, $2, $3, $4, $5, $6::bytea[], $7::int[], 'PAN', $8, $9,
  $10::bytea[], $11::int[], $12::text[])`,
};

/**
 * What a connection of the gate runs first: its statement never changes, and planning it costs more than running it. The
 * plan must be one for tables that have grown. Nothing it writes has to be on disk by itself (see `OPEN`).
 */
export const GATE_SESSION =
  "set plan_cache_mode = force_generic_plan; set enable_seqscan = off; set synchronous_commit = off";

/** The gate of an instance: requests that come to it at the same moment pass in one round trip. */
export class Gate {
  readonly #grouped: Grouped<OpenRequest, Opening>;

  /** @param durably whether a new card has to be on disk by itself: the log's commits don't take it there */
  constructor(ask: Ask, { durably }: { readonly durably: boolean }) {
    // One group at a time: it takes less than what would be saved by a second, smaller one beside it.
    this.#grouped = new Grouped({
      ask: async (opens) => await openAll(ask, opens, durably),
      mayBeOnes: isOfStatement,
      maxInFlight: 1,
    });
  }

  async open(open: OpenRequest): Promise<Opening> {
    return await this.#grouped.ask(open);
  }

  /** The same without a card or a request id: for what only has to be fresh. */
  async freshness(streams: readonly string[]): Promise<Freshness> {
    return await this.open({ streams, request: null, accessId: null, card: null });
  }
}

const NOTHING: Answer = { cardId: null, joined: [], isNewCard: false, claim: { kind: "none" } };

async function openAll(
  ask: Ask,
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
  const [fresh, ...rows] = await openTogether(ask, streams, together, durably);
  const answers = new Map<OpenRequest, Answer>();
  for (const row of rows) {
    const open = together[Number(row[PLACE]) - 1];
    if (open === undefined) throw new Error("the gate answers what was not asked");
    if (isTrue(row[SETTLED])) answers.set(open, answerOf(row, CLAIMED_FROM));
    else alone.push(open);
  }
  await Promise.all(
    alone.map(async (open) => {
      answers.set(open, await claimAlone(ask, open));
    }),
  );
  const { heads, ...scopes } = freshnessOf(fresh, streams);
  return opens.map((open) => ({
    heads: open.streams.map((stream) => heads.get(stream) ?? -1),
    ...scopes,
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
  ask: Ask,
  streams: readonly string[],
  opens: readonly OpenRequest[],
  durably: boolean,
): Promise<readonly TextRow[]> {
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
  return await ask(OPEN, values);
}

async function claimAlone(ask: Ask, { request, accessId, card }: OpenRequest): Promise<Answer> {
  const links = card === null || card.links.length === 0 ? null : card.links;
  const values = [
    request?.terminal ?? null,
    request?.operation ?? null,
    request?.requestId ?? null,
    request?.fingerprint ?? null,
    accessId,
    card && byteaArray(card.hashes),
    card && int4Array(card.versions),
    card?.newCardId ?? null,
    card?.mask ?? null,
    links && byteaArray(links.map(({ hash }) => hash)),
    links && int4Array(links.map(({ version }) => version)),
    links && textArray(links.map(({ kind }) => kind)),
  ];
  const [row] = await ask(CLAIM, values);
  if (row === undefined) throw new Error("the gate has no answer");
  return answerOf(row, 0);
}

function freshnessOf(row: TextRow | undefined, streams: readonly string[]) {
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

/** @param from where in the row the columns of `CLAIM` begin */
function answerOf(row: TextRow, from: number): Answer {
  const joined = row[from + 7];
  return {
    cardId: row[from] ?? null,
    joined: joined == null ? [] : joined.split(","),
    isNewCard: isTrue(row[from + 1]),
    claim: claimOf(row, from + 2),
  };
}

function claimOf(row: TextRow, from: number): Claim {
  const claim = row[from];
  if (claim === "none" || claim === "claimed") return { kind: claim };
  const fingerprint = row[from + 1];
  if (claim !== "known" || !fingerprint?.startsWith(BYTES))
    throw new Error("a claimed request has a fingerprint");
  return {
    kind: claim,
    fingerprint: Buffer.from(fingerprint.slice(BYTES.length), "hex"),
    accessId: row[from + 2] ?? null,
    cardId: row[from + 3] ?? null,
    unplaced: isTrue(row[from + 4]),
  };
}

function isTrue(text: string | null | undefined): boolean {
  return text === "t";
}

/** Says that a stream is about to reach a revision. Whoever decides afterwards reads up to it. */
export async function announceHead(
  { pool }: { readonly pool: pg.Pool },
  stream: string,
  revision: number,
): Promise<void> {
  await pool.query({
    name: "announce_head",
    text: `insert into stream_heads (stream, revision) values ($1, $2)
           on conflict (stream) do update
           set revision = greatest(stream_heads.revision, excluded.revision), raised_at = clock_timestamp()`,
    values: [stream, revision],
  });
}

/** As {@link announceHead} for a ruleset: every instance looks at the list of rulesets again. */
export async function announceRuleset(
  { pool }: { readonly pool: pg.Pool },
  stream: string,
  revision: number,
): Promise<void> {
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

/** After an append: whoever has waited too long for it says anew how far the stream is. Changes nothing else. */
export async function keepRulesetAnnounced(
  { pool }: { readonly pool: pg.Pool },
  stream: string,
  revision: number,
): Promise<void> {
  await pool.query({
    name: "keep_ruleset_announced",
    text: `with raised as (
             update stream_heads set revision = $2, raised_at = clock_timestamp()
             where stream = $1 and revision < $2 returning 1
           )
           update scope_revisions set revision = revision + 1
           where scope = 'rulesets' and exists (select from raised)`,
    values: [stream, revision],
  });
}

/** Gives a request id back that was claimed for what then was refused as invalid. */
export async function forgetRequest(
  pool: pg.Pool,
  { terminal, operation, requestId }: Omit<RequestKey, "fingerprint">,
): Promise<void> {
  await pool.query(
    "delete from request_register where terminal = $1 and operation = $2 and request_id = $3",
    [terminal, operation, requestId],
  );
}

/** Remembers that this tap's event stands in the terminal's stream. */
export async function markUnplaced(pool: pg.Pool, request: RequestKey): Promise<void> {
  await pool.query(
    "update request_register set unplaced = true where terminal = $1 and operation = $2 and request_id = $3",
    [request.terminal, request.operation, request.requestId],
  );
}

/** What {@link markUnplaced} has remembered since the request passed the gate. */
export async function isUnplaced(
  pool: pg.Pool,
  { terminal, operation, requestId }: Omit<RequestKey, "fingerprint">,
): Promise<boolean> {
  const { rowCount } = await pool.query(
    "select from request_register where terminal = $1 and operation = $2 and request_id = $3 and unplaced",
    [terminal, operation, requestId],
  );
  return rowCount === 1;
}
