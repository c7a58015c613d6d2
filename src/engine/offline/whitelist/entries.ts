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
  readonly valid_from: Date | null;
  readonly valid_to: Date | null;
  readonly removed: boolean;
}

type Client = Pick<ClientBase, "query">;

const COLUMNS = "e.list_hash, e.reference_hash, e.card_id, e.valid_from, e.valid_to, e.removed";
/** An upload that is under way, or whose instance died, has no row. */
const FINISHED = "exists (select from whitelist_uploads u where u.id = e.upload_id)";

/** Of these hashes those that are listed now, by the hash in hex. */
export async function listedNow(
  client: Client,
  scopeId: string,
  hashes: readonly Buffer[],
): Promise<ReadonlyMap<string, StoredEntry>> {
  const { rows } = await client.query<Row>(
    `select l.* from unnest($2::bytea[]) as g(hash) cross join lateral (
       select ${COLUMNS} from whitelist_entries e
       where e.scope_id = $1 and e.list_hash = g.hash and ${FINISHED} order by e.seq desc limit 1
     ) l where not l.removed`,
    [scopeId, byteaArray(hashes)],
  );
  return new Map(rows.map((row) => [row.list_hash.toString("hex"), storedEntry(row)]));
}

/** So many rows are read at once. */
const PAGE = 10_000;

/** All that are listed now, in pages, ascending by their hash. */
export async function* allListed(client: Client, scopeId: string): AsyncGenerator<readonly StoredEntry[]> {
  let after: Buffer = Buffer.alloc(0);
  for (;;) {
    const { rows } = await client.query<Row>({
      name: "listed_entries",
      text: `select ${COLUMNS} from whitelist_entries e
             where e.scope_id = $1 and e.list_hash > $2 and ${FINISHED}
             order by e.list_hash, e.seq desc limit ${String(PAGE)}`,
      values: [scopeId, after],
    });
    const last = rows.at(-1);
    if (last === undefined) return;
    // The first of a number is its newest; what is left of the last one's is passed over by the next page.
    yield rows.flatMap((row, index) => {
      const isNewest = rows[index - 1]?.list_hash.equals(row.list_hash) !== true;
      return isNewest && !row.removed ? [storedEntry(row)] : [];
    });
    after = last.list_hash;
  }
}

function storedEntry(row: Row): StoredEntry {
  return {
    hash: row.list_hash,
    cardId: row.card_id,
    validFrom: row.valid_from?.getTime() ?? null,
    validTo: row.valid_to?.getTime() ?? null,
    referenceHash: row.reference_hash,
  };
}
