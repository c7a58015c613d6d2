import { sql } from "kysely";
import type { ClientBase } from "pg";
import { byteaArray, int4Array, textArray } from "../database/binaryArray.ts";
import { inTransaction } from "../database/transaction.ts";
import { maskPan } from "../domain/pan.ts";
import { cardHashes } from "../vault/hashing.ts";
import { newCardId } from "../vault/cardIds.ts";
import type { Services } from "./services.ts";

/** The card vault as management uses it. What a single tap does is `begin_request`; the rules are the same. */

export interface VaultCard {
  readonly cardId: string;
  /** Null once the cardholder was erased. */
  readonly maskedPan: string | null;
}

/** The card of a number; a number that was never seen becomes a card. */
export async function cardOfPan(services: Services, pan: string): Promise<VaultCard> {
  const card = {
    ...cardHashes(services.keyring, pan),
    newCardId: newCardId(services),
    mask: maskPan(pan),
    links: [],
  };
  const { cardId } = await services.gate.open({ streams: [], request: null, accessId: null, card });
  if (cardId === null) throw new Error("the gate answers with a card");
  return { cardId, maskedPan: maskPan(pan) };
}

/** The card of an attempt that just was; null when its row in the register was lost. */
export async function cardOfAttempt(services: Services, accessId: string): Promise<string | null> {
  const { cardId } = await services.gate.open({ streams: [], request: null, accessId, card: null });
  return cardId;
}

export async function findVaultCard(services: Services, cardId: string): Promise<VaultCard | null> {
  const row = await services.db
    .selectFrom("card_vault")
    .select("mask")
    .where("card_id", "=", cardId)
    .executeTakeFirst();
  return row === undefined ? null : { cardId, maskedPan: row.mask };
}

/** Of these ids those that are cards. */
export async function knownCards(
  services: Services,
  cardIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await services.db
    .selectFrom("card_vault")
    .select("card_id")
    .where(sql<boolean>`card_id = any(${[...cardIds]}::text[])`)
    .execute();
  return new Set(rows.map((row) => row.card_id));
}

/**
 * Forgets the cardholder: no number leads to the card any more, and its mask is gone. The card's
 * history stays; the same number is a new card afterwards. False for no such card.
 */
export async function eraseCard(services: Services, cardId: string): Promise<boolean> {
  const { rowCount } = await services.pool.query(
    `with aliases as (delete from card_alias where card_id = $1 returning joined)
     update card_vault set mask = null, erased_at = coalesce(erased_at, now())
     where card_id = $1 or card_id in (select unnest(joined) from aliases)`,
    [cardId],
  );
  return (rowCount ?? 0) > 0;
}

/** The cards of numbers that are known; makes none. */
export async function findCardsOfPans(
  services: Services,
  pans: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const wanted = pans.map((pan) => ({ pan, ...cardHashes(services.keyring, pan) }));
  const known = await readAliases(
    services.pool,
    wanted.flatMap(({ hashes }) => hashes),
  );
  return new Map(
    wanted.flatMap(({ pan, hashes }) => {
      const cardId = hashes.map((hash) => known.get(hash.toString("hex"))).find((id) => id !== undefined);
      return cardId === undefined ? [] : [[pan, cardId] as const];
    }),
  );
}

interface Wanted {
  readonly pan: string;
  readonly hashes: readonly Buffer[];
  readonly version: number;
}

/** The cards of many numbers, in few statements. A number known under an older key gets its alias under the newest. */
export async function cardsOfPans(
  services: Services,
  pans: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const wanted = [...new Set(pans)].map((pan): Wanted => {
    const { hashes, versions } = cardHashes(services.keyring, pan);
    return { pan, hashes, version: versions[0] ?? 0 };
  });
  if (wanted.length === 0) return new Map();
  const known = await readAliases(
    services.pool,
    wanted.flatMap(({ hashes }) => hashes),
  );
  const found = new Map<string, string>();
  const lacking: (Wanted & { readonly known: string | null })[] = [];
  for (const one of wanted) {
    const [newest, ...older] = one.hashes.map((hash) => known.get(hash.toString("hex")) ?? null);
    if (newest != null) found.set(one.pan, newest);
    else lacking.push({ ...one, known: older.find((cardId) => cardId !== null) ?? null });
  }
  if (lacking.length > 0) {
    for (const [pan, cardId] of await addAliases(services, lacking)) found.set(pan, cardId);
  }
  return found;
}

async function readAliases(
  client: Pick<ClientBase, "query">,
  hashes: readonly Buffer[],
): Promise<ReadonlyMap<string, string>> {
  const { rows } = await client.query<{ hash: Buffer; card_id: string }>(
    "select hash, card_id from card_alias where hash = any($1::bytea[])",
    [byteaArray(hashes)],
  );
  return new Map(rows.map((row) => [row.hash.toString("hex"), row.card_id]));
}

async function addAliases(
  services: Services,
  lacking: readonly (Wanted & { readonly known: string | null })[],
): Promise<readonly (readonly [string, string])[]> {
  const rows = lacking.map((one) => ({
    ...one,
    hash: newestHash(one),
    cardId: one.known ?? newCardId(services),
  }));
  const fresh = rows.filter((row) => row.known === null);
  return await inTransaction(services.pool, async (client) => {
    await client.query(
      "insert into card_vault (card_id, mask) select * from unnest($1::text[], $2::text[])",
      [textArray(fresh.map((row) => row.cardId)), textArray(fresh.map((row) => maskPan(row.pan)))],
    );
    // In the order of the hashes: two imports of the same numbers wait for each other, and never in a circle.
    const { rowCount } = await client.query(
      `insert into card_alias (hash, key_version, card_id, kind, joined)
       select a.hash, a.version, a.card_id, 'PAN',
              (select k.joined from card_alias k where k.card_id = a.card_id and k.joined is not null limit 1)
       from unnest($1::bytea[], $2::int[], $3::text[]) a(hash, version, card_id)
       order by a.hash
       on conflict (hash) do nothing`,
      [
        byteaArray(rows.map((row) => row.hash)),
        int4Array(rows.map((row) => row.version)),
        textArray(rows.map((row) => row.cardId)),
      ],
    );
    if (rowCount === rows.length) return rows.map((row) => [row.pan, row.cardId] as const);
    const winners = await readAliases(
      client,
      rows.map((row) => row.hash),
    );
    const cards = rows.map((row) => [row.pan, winners.get(row.hash.toString("hex")) ?? row.cardId] as const);
    const won = new Set(cards.map(([, cardId]) => cardId));
    const lost = fresh.flatMap((row) => (won.has(row.cardId) ? [] : [row.cardId]));
    // Another request was faster at some number: the card made here for it has no alias.
    if (lost.length > 0) await client.query("delete from card_vault where card_id = any($1)", [lost]);
    return cards;
  });
}

function newestHash({ hashes }: Wanted): Buffer {
  const [hash] = hashes;
  if (hash === undefined) throw new Error("the keyring has a vault key");
  return hash;
}
