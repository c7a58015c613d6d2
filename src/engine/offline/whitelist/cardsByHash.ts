import { LRUCache } from "lru-cache";
import { SENT_HASH_BYTES, sentHash } from "../../../vault/listHashing.ts";
import type { Services } from "../../services.ts";
import { Slices } from "../../slices.ts";
import { type LocationSecret, secretsOf } from "./locationSecrets.ts";
import { PackedRows, sortedOrder } from "./packedRows.ts";

/** What is known by one secret of a place: hash and number of the entry, sorted by the hash. */
interface Known {
  readonly rows: PackedRows;
  order: Uint32Array;
  /** Entries up to this number are in it. */
  after: number;
}

const ROW_BYTES = SENT_HASH_BYTES + 8;
const REMEMBERED_SECRETS = 200;
const REMEMBERED_BYTES = 128 * 1024 * 1024;
const PAGE = 10_000;
const AT_ONCE = 256;

/**
 * Tells the cards of reports that name them by what a whitelist says: by the secret that the place has now, or had before,
 * also of entries that are removed since. A cardholder who was forgotten is not found.
 */
export class CardsByHash {
  readonly #services: Services;
  readonly #known = new LRUCache<string, Known>({
    max: REMEMBERED_SECRETS,
    maxSize: REMEMBERED_BYTES,
    sizeCalculation: ({ rows }) => rows.count * (ROW_BYTES + 4) + 1_024,
  });

  constructor(services: Services) {
    this.#services = services;
  }

  /** @param hash 16 bytes, as the terminal made them; null where nobody was ever listed by them at the place */
  async cardOf(locationId: string, hash: Uint8Array): Promise<string | null> {
    if (hash.length !== SENT_HASH_BYTES) return null;
    for (const secret of await secretsOf(this.#services, locationId)) {
      const known = await this.#upToDate(locationId, secret);
      for (const entry of entriesOf(known, hash)) {
        const row = await this.#services.db
          .selectFrom("whitelist_entries")
          .select("card_id")
          .where("seq", "=", entry)
          .executeTakeFirst();
        if (row !== undefined) return row.card_id;
      }
    }
    return null;
  }

  async #upToDate(locationId: string, { keyId, secret }: LocationSecret): Promise<Known> {
    const known = this.#known.get(keyId) ?? {
      rows: new PackedRows(ROW_BYTES),
      order: new Uint32Array(),
      after: 0,
    };
    const slices = new Slices();
    const before = known.rows.count;
    for (;;) {
      const page = await this.#entriesAfter(locationId, known.after);
      for (const [index, { seq, list_hash }] of page.entries()) {
        const row = known.rows.add();
        row.set(sentHash(secret, list_hash));
        row.writeBigUInt64BE(BigInt(seq), SENT_HASH_BYTES);
        if (index % AT_ONCE === 0) await slices.pause();
      }
      const last = page.at(-1);
      if (last === undefined) break;
      known.after = last.seq;
    }
    if (known.rows.count > before) known.order = await sortedOrder(known.rows, slices);
    this.#known.set(keyId, known);
    return known;
  }

  /** Of the place's own list and of every ruleset's: which of them was delivered when is not asked. */
  async #entriesAfter(
    locationId: string,
    after: number,
  ): Promise<readonly { readonly seq: number; readonly list_hash: Buffer }[]> {
    const { rows } = await this.#services.pool.query<{ seq: number; list_hash: Buffer }>(
      `select seq, list_hash from whitelist_entries
       where seq > $2 and not removed and scope_id not in (
         select scope_id from whitelist_uploads where scope_kind = 'LOCATION' and scope_id <> $1
       ) order by seq limit ${String(PAGE)}`,
      [locationId, after],
    );
    return rows;
  }
}

/** The numbers of the entries with this hash, by bisection. */
function* entriesOf({ rows, order }: Known, hash: Uint8Array): Generator<number> {
  const compare = (place: number): number =>
    rows.row(order[place] ?? 0).compare(hash, 0, SENT_HASH_BYTES, 0, SENT_HASH_BYTES);
  let [first, end] = [0, order.length];
  while (first < end) {
    const middle = (first + end) >>> 1;
    if (compare(middle) < 0) first = middle + 1;
    else end = middle;
  }
  for (let place = first; place < order.length && compare(place) === 0; place++) {
    yield Number(rows.row(order[place] ?? 0).readBigUInt64BE(SENT_HASH_BYTES));
  }
}
