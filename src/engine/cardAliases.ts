import type { ClientBase } from "pg";
import { byteaArray, int4Array, textArray } from "../database/binaryArray.ts";
import { CopyRows } from "../database/copyRows.ts";
import { sqlState, UNIQUE_VIOLATION } from "../database/sqlState.ts";
import { inTransaction } from "../database/transaction.ts";
import { maskPan } from "../domain/pan.ts";
import { newCardId } from "../vault/cardIds.ts";
import type { Services } from "./services.ts";

/** The vault's rows of many numbers at once. */

/** A number without an alias under the vault's key. */
export interface Lacking {
  readonly pan: string;
  /** By the vault's key. */
  readonly hash: Buffer;
  readonly version: number;
  /** Its card by another key; null: it becomes one. */
  readonly known: string | null;
  /** By the other keys. */
  readonly others: readonly Buffer[];
}

interface Row extends Lacking {
  readonly cardId: string;
}

/** From so many on rows go in by COPY: it takes a round trip more for each table. */
const MANY = 200;

/** What {@link readAliases} knows a hash by. */
export function aliasKey(hash: Buffer): string {
  return hash.toString("latin1");
}

/** The cards of hashes, by {@link aliasKey}. */
export async function readAliases(
  client: Pick<ClientBase, "query">,
  hashes: readonly Buffer[],
): Promise<ReadonlyMap<string, string>> {
  const { rows } = await client.query<{ hash: Buffer; card_id: string }>(
    "select hash, card_id from card_alias where hash = any($1::bytea[])",
    [byteaArray(hashes)],
  );
  return new Map(rows.map((row) => [aliasKey(row.hash), row.card_id]));
}

const FORGET = `delete from card_alias where hash in
  (select hash from card_alias where hash = any($1::bytea[]) order by hash for update)`;

/** Card by number. Another request may be faster at some of them: then its card counts. */
export async function addAliases(
  services: Services,
  lacking: readonly Lacking[],
): Promise<readonly (readonly [string, string])[]> {
  // In the order of the hashes: two imports of the same numbers wait for each other, and never in a circle.
  const rows = lacking
    .map((one) => rowOf(one, one.known ?? newCardId(services)))
    .sort((a, b) => a.hash.compare(b.hash));
  const areFresh = rows.every((row) => row.known === null);
  if (areFresh && rows.length >= MANY && (await copied(services, rows))) return cardsOf(rows);
  return await inserted(services, rows);
}

/** Member by member: V8 makes what is spread with a member behind it old at once, 50 MB of a quarter of a million of them. */
function rowOf({ pan, hash, version, known, others }: Lacking, cardId: string): Row {
  return { pan, hash, version, known, others, cardId };
}

function cardsOf(rows: readonly Row[]): readonly (readonly [string, string])[] {
  return rows.map((row) => [row.pan, row.cardId] as const);
}

/** False, and nothing is stored, where one of the numbers has become a card meanwhile. */
async function copied({ pool }: Services, rows: readonly Row[]): Promise<boolean> {
  const cards = new CopyRows(2);
  const aliases = new CopyRows(4);
  for (const { cardId, pan, hash, version } of rows) {
    cards.row().text(cardId).text(maskPan(pan));
    aliases.row().bytes(hash).int4(version).text(cardId).text("PAN");
  }
  try {
    await inTransaction(pool, async (client) => {
      await cards.into(client, "card_vault (card_id, mask)");
      await aliases.into(client, "card_alias (hash, key_version, card_id, kind)");
    });
    return true;
  } catch (error) {
    if (sqlState(error) === UNIQUE_VIOLATION) return false;
    throw error;
  }
}

async function inserted(
  services: Services,
  rows: readonly Row[],
): Promise<readonly (readonly [string, string])[]> {
  const fresh = rows.filter((row) => row.known === null);
  return await inTransaction(services.pool, async (client) => {
    await client.query(
      "insert into card_vault (card_id, mask) select * from unnest($1::text[], $2::text[])",
      [textArray(fresh.map((row) => row.cardId)), textArray(fresh.map((row) => maskPan(row.pan)))],
    );
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
    const moved = rows.flatMap(({ known, others }) => (known === null ? [] : others));
    // In the order of the hashes, like all that is locked here.
    if (moved.length > 0) await client.query(FORGET, [byteaArray(moved)]);
    if (rowCount === rows.length) return cardsOf(rows);
    const winners = await readAliases(
      client,
      rows.map((row) => row.hash),
    );
    const cards = rows.map((row) => [row.pan, winners.get(aliasKey(row.hash)) ?? row.cardId] as const);
    const won = new Set(cards.map(([, cardId]) => cardId));
    const lost = fresh.flatMap((row) => (won.has(row.cardId) ? [] : [row.cardId]));
    // Another request was faster at some number: the card made here for it has no alias.
    if (lost.length > 0) await client.query("delete from card_vault where card_id = any($1)", [lost]);
    return cards;
  });
}
