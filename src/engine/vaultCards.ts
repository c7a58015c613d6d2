import { sql } from "kysely";
import { maskPan } from "../domain/pan.ts";
import { cardHasher, cardHashes } from "../vault/hashing.ts";
import { newCardId } from "../vault/cardIds.ts";
import { addAliases, aliasKey, type Lacking, readAliases } from "./cardAliases.ts";
import type { Services } from "./services.ts";
import { byVaultKey } from "./vaultKeys/byVaultKey.ts";

/** The card vault as management uses it. What a single tap does is `begin_request`; the rules are the same. */

export interface VaultCard {
  readonly cardId: string;
  /** Null once the cardholder was erased. */
  readonly maskedPan: string | null;
}

/** The card of a number; a number that was never seen becomes a card. */
export async function cardOfPan(services: Services, pan: string): Promise<VaultCard> {
  const { cardId } = await byVaultKey(services, async () => {
    const card = {
      ...cardHashes(services.keyring, pan),
      newCardId: newCardId(services),
      mask: maskPan(pan),
      links: [],
    };
    return await services.gate.open({ streams: [], request: null, accessId: null, card });
  });
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
 * Forgets the cardholder: no number leads to the card any more, nor to those of the same account, that it took the place of
 * or that took its place; their masks are gone, and the hashes that partners match by. The history stays; the same number is
 * a new card afterwards. False for no such card.
 */
export async function eraseCard(services: Services, cardId: string): Promise<boolean> {
  const { rowCount } = await services.pool.query(
    `with recursive account as (
       select $1::text as id
       union
       select c.id from account a cross join lateral (
         select v.replaced_by as id from card_vault v where v.card_id = a.id and v.replaced_by is not null
         union all select v.card_id from card_vault v where v.replaced_by = a.id
         union all select unnest(k.joined) from card_alias k where k.card_id = a.id) c
     ), aliases as (delete from card_alias where card_id in (select id from account)
     ), hashes as (delete from card_export_hashes where card_id in (select id from account)
     ), arefs as (delete from card_arefs where card_id in (select id from account))
     update card_vault set mask = null, erased_at = coalesce(erased_at, now())
     where card_id in (select id from account)`,
    [cardId],
  );
  return (rowCount ?? 0) > 0;
}

/** The cards of numbers that are known; makes none. */
export async function findCardsOfPans(
  services: Services,
  pans: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const hash = cardHasher(services.keyring);
  const wanted = pans.map((pan) => ({ pan, ...hash(pan) }));
  const known = await readAliases(
    services.pool,
    wanted.flatMap(({ hashes }) => hashes),
  );
  return new Map(
    wanted.flatMap(({ pan, hashes }) => {
      const cardId = hashes.map((one) => known.get(aliasKey(one))).find((id) => id !== undefined);
      return cardId === undefined ? [] : [[pan, cardId] as const];
    }),
  );
}

/** The cards of many numbers, in few statements. What was found by another key is found by the vault's own from then on. */
export async function cardsOfPans(
  services: Services,
  pans: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  return await byVaultKey(services, async () => await cardsByVaultKey(services, pans));
}

async function cardsByVaultKey(
  services: Services,
  pans: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const hash = cardHasher(services.keyring);
  const wanted = [...new Set(pans)].map((pan) => ({ pan, ...hash(pan) }));
  if (wanted.length === 0) return new Map();
  const known = await readAliases(
    services.pool,
    wanted.flatMap(({ hashes }) => hashes),
  );
  const found = new Map<string, string>();
  const lacking: Lacking[] = [];
  for (const { pan, hashes, versions } of wanted) {
    const [newest, ...older] = hashes.map((one) => known.get(aliasKey(one)) ?? null);
    if (newest != null) {
      found.set(pan, newest);
      continue;
    }
    const [first] = hashes;
    if (first === undefined) throw new Error("the keyring has a vault key");
    const before = older.find((cardId) => cardId !== null) ?? null;
    lacking.push({ pan, hash: first, version: versions[0] ?? 0, known: before, others: hashes.slice(1) });
  }
  if (lacking.length > 0) {
    for (const [pan, cardId] of await addAliases(services, lacking)) found.set(pan, cardId);
  }
  return found;
}
