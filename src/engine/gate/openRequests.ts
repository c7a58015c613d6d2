import { boolArray, byteaArray, int4Array, textArray } from "../../database/binaryArray.ts";
import type { Ask } from "../../database/lanes.ts";
import type { Statement, TextRow } from "../../database/statement.ts";
import { answerOf, isTrue } from "./answer.ts";
import type { Answer, Freshness, OpenRequest } from "./opening.ts";

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

// Where a request's row has what is not in its answer, and where that begins.
const PLACE = 0;
const SETTLED = 3;
const CLAIMED_FROM = 4;

/** What a group of requests was told. */
export interface OpenedTogether extends Omit<Freshness, "heads"> {
  readonly heads: ReadonlyMap<string, number>;
  /** Null for one that has to be claimed alone. */
  readonly answers: readonly { readonly open: OpenRequest; readonly answer: Answer | null }[];
}

export async function openTogether(
  ask: Ask,
  streams: readonly string[],
  opens: readonly OpenRequest[],
  durably: boolean,
): Promise<OpenedTogether> {
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
  return namedOf(await ask(OPEN, values), streams, opens);
}

function namedOf(
  [first, ...rows]: readonly TextRow[],
  streams: readonly string[],
  opens: readonly OpenRequest[],
): OpenedTogether {
  const [, heads, scopes] = first ?? [];
  if (typeof scopes !== "string") throw new Error("the gate does not say how fresh it is");
  const revisions = (heads ?? "").split(",").map(Number);
  const [rulesets = -1, accountRanges = -1, rates = -1, clockOffset = 0] = scopes.split(",").map(Number);
  return {
    heads: new Map(streams.map((stream, index) => [stream, revisions[index] ?? -1])),
    rulesets,
    accountRanges,
    rates,
    clockOffset,
    answers: rows.map((row) => {
      const open = opens[Number(row[PLACE]) - 1];
      if (open === undefined) throw new Error("the gate answers what was not asked");
      return { open, answer: isTrue(row[SETTLED]) ? answerOf(row, CLAIMED_FROM) : null };
    }),
  };
}
