import type { ClientBase } from "pg";
import { byteaArray } from "../../../database/binaryArray.ts";

/** What stands in the table of entries: of the same number in the same scope the later row of a finished upload counts. */

export interface StoredEntry {
  readonly hash: Buffer;
  readonly cardId: string;
  /** Milliseconds; null: without a beginning, or an end. */
  readonly validFrom: number | null;
  readonly validTo: number | null;
  readonly referenceHash: Buffer | null;
}

interface Row {
  readonly list_hash: Buffer;
  readonly reference_hash: Buffer | null;
  readonly card_id: string;
  /** Milliseconds. */
  readonly from_ms: number | null;
  readonly to_ms: number | null;
  readonly removed: boolean;
}

type Client = Pick<ClientBase, "query">;

const COLUMNS = `e.list_hash, e.reference_hash, e.card_id, e.removed,
  (extract(epoch from e.valid_from) * 1000)::int8 as from_ms, (extract(epoch from e.valid_to) * 1000)::int8 as to_ms`;
/** An upload that is under way, or whose instance died, has no row. */
const FINISHED = "exists (select from whitelist_uploads u where u.id = e.upload_id)";

/** Of these hashes those that are listed now, ascending. */
export async function listedNow(
  client: Client,
  scopeId: string,
  hashes: readonly Buffer[],
): Promise<readonly StoredEntry[]> {
  const { rows } = await client.query<Row>(
    `select l.* from unnest($2::bytea[]) as g(hash) cross join lateral (
       select ${COLUMNS} from whitelist_entries e
       where e.scope_id = $1 and e.list_hash = g.hash and ${FINISHED} order by e.seq desc limit 1
     ) l where not l.removed order by g.hash`,
    [scopeId, byteaArray(hashes)],
  );
  return rows.map(storedEntry);
}

/** Whether anything was ever listed there. */
export async function hasEntries(client: Client, scopeId: string): Promise<boolean> {
  const { rows } = await client.query("select from whitelist_uploads where scope_id = $1 limit 1", [scopeId]);
  return rows.length > 0;
}

/** So many rows are read at once. */
const PAGE = 10_000;
const LEAST = Buffer.alloc(0);
const MOST = Buffer.alloc(33, 0xff);

/** All that are listed now, in pages, ascending by their hash. */
export function allListed(client: Client, scopeId: string): AsyncGenerator<readonly StoredEntry[]> {
  return listedBetween(client, scopeId, null, null);
}

/** Of them those behind one hash, up to another with it; null: from the first, to the last. */
export async function* listedBetween(
  client: Client,
  scopeId: string,
  behind: Buffer | null,
  upTo: Buffer | null,
): AsyncGenerator<readonly StoredEntry[]> {
  let after = behind ?? LEAST;
  for (;;) {
    const { rows } = await client.query<Row>({
      name: "listed_entries",
      text: `select ${COLUMNS} from whitelist_entries e
             where e.scope_id = $1 and e.list_hash > $2 and e.list_hash <= $3 and ${FINISHED}
             order by e.list_hash, e.seq desc limit ${String(PAGE)}`,
      values: [scopeId, after, upTo ?? MOST],
    });
    const last = rows.at(-1);
    if (last === undefined) return;
    // The first of a number is its newest; what is left of the last one's is passed over by the next page.
    yield rows.flatMap((row, index) => {
      const isNewest = rows[index - 1]?.list_hash.equals(row.list_hash) !== true;
      return isNewest && !row.removed ? [storedEntry(row)] : [];
    });
    if (rows.length < PAGE) return;
    after = last.list_hash;
  }
}

function storedEntry(row: Row): StoredEntry {
  return {
    hash: row.list_hash,
    cardId: row.card_id,
    validFrom: row.from_ms,
    validTo: row.to_ms,
    referenceHash: row.reference_hash,
  };
}
