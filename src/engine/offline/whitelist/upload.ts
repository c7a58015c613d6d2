import { byteaArray, textArray } from "../../../database/binaryArray.ts";
import { isoOrNull } from "../../../domain/time.ts";
import { LIST_HASH_BYTES, listHash, listKey, referenceHash } from "../../../vault/listHashing.ts";
import { exclusively, LOCKS } from "../../exclusively.ts";
import type { Write } from "../../management/commands.ts";
import type { Services } from "../../services.ts";
import { Slices } from "../../slices.ts";
import { cardsOfPans } from "../../vaultCards.ts";
import { allListed, listedNow, type StoredEntry } from "./entries.ts";
import { PackedRows, sortedOrder } from "./packedRows.ts";
import {
  countsOf,
  discard,
  findUpload,
  listedCount,
  recordUpload,
  type Upload,
  type UploadCounts,
} from "./uploadRecords.ts";

/** What an upload changes in the list of a ruleset or a location: all of it, or nothing. */

export type Uploaded =
  | { readonly kind: "uploaded"; readonly counts: UploadCounts }
  /** The same number twice, with different validities: the file's lines. */
  | { readonly kind: "differs"; readonly lines: readonly number[] };

/** So many lines are looked at, and stored, by one statement: a longer transaction would hold up the feed of events. */
const GROUP = 2_500;
const MOST_DIFFERING = 100;

/** The upload is named by the attempt's seed. A dry run makes no card and stores nothing. */
export async function applyUpload(
  services: Services,
  write: Write,
  upload: Upload,
  isDryRun: boolean,
): Promise<Uploaded> {
  return await exclusively(services, LOCKS.whitelists, async () => {
    const done = write.resumed ? await findUpload(services, write.seed) : null;
    if (done !== null) return { kind: "uploaded", counts: countsOf(done) };
    const run = new UploadRun(services, write, upload, isDryRun);
    try {
      return await run.run();
    } catch (error) {
      await discard(services, write.seed);
      throw error;
    }
  });
}

/** A row to be stored. */
interface Change {
  readonly hash: Buffer;
  readonly referenceHash: Buffer | null;
  readonly cardId: string;
  readonly validFrom: number | null;
  readonly validTo: number | null;
}

class UploadRun {
  readonly #services: Services;
  readonly #write: Write;
  readonly #upload: Upload;
  readonly #isDryRun: boolean;
  readonly #slices = new Slices();
  readonly #counts = { added: 0, changed: 0, unchanged: 0, removed: 0, notListed: 0 };

  constructor(services: Services, write: Write, upload: Upload, isDryRun: boolean) {
    this.#services = services;
    this.#write = write;
    this.#upload = upload;
    this.#isDryRun = isDryRun;
  }

  async run(): Promise<Uploaded> {
    const { lines, mode, scope } = this.#upload;
    const before = await listedCount(this.#services, scope.id);
    if (this.#write.resumed) await discard(this.#services, this.#write.seed);
    const hashes = await this.#hashed();
    const order = await sortedOrder(hashes, this.#slices);
    const distinct = await this.#distinct(hashes, order);
    if (distinct.kind === "differs") return distinct;
    await this.#applyAll(hashes, distinct.order);
    if (mode === "REPLACE") await this.#removeOthers(hashes, distinct.order);
    const { added, removed } = this.#counts;
    const counts = { lines: lines.count, ...this.#counts, total: before + added - removed };
    if (!this.#isDryRun) {
      await recordUpload(this.#services, this.#write, this.#write.seed, this.#upload, counts);
    }
    return { kind: "uploaded", counts };
  }

  async #hashed(): Promise<PackedRows> {
    const { lines } = this.#upload;
    const key = listKey(this.#services.keyring);
    const hashes = new PackedRows(LIST_HASH_BYTES);
    for (let index = 0; index < lines.count; index++) {
      hashes.add().set(listHash(key, lines.pan(index)));
      if (index % 256 === 0) await this.#slices.pause();
    }
    return hashes;
  }

  /** Each number once. A repeat that says the same is unchanged by itself. */
  async #distinct(
    hashes: PackedRows,
    order: Uint32Array,
  ): Promise<
    { readonly kind: "distinct"; readonly order: Uint32Array } | Extract<Uploaded, { kind: "differs" }>
  > {
    const { lines, mode } = this.#upload;
    const differing: number[] = [];
    let kept = 0;
    let last = -1;
    for (const index of order) {
      if (last >= 0 && hashes.row(last).equals(hashes.row(index))) {
        const [one, other] = [lines.validity(last), lines.validity(index)];
        const isSame = one.validFrom === other.validFrom && one.validTo === other.validTo;
        if (isSame || mode === "REMOVE") this.#counts.unchanged += 1;
        else differing.push(lines.lineNumber(index));
      } else {
        order[kept] = index;
        kept += 1;
        last = index;
      }
      if (index % 1_024 === 0) await this.#slices.pause();
    }
    if (differing.length === 0) return { kind: "distinct", order: order.subarray(0, kept) };
    return { kind: "differs", lines: differing.sort((a, b) => a - b).slice(0, MOST_DIFFERING) };
  }

  /** Two groups at once: while the database stores one, the other is hashed. */
  async #applyAll(hashes: PackedRows, order: Uint32Array): Promise<void> {
    let next = 0;
    const lane = async (): Promise<void> => {
      while (next < order.length) {
        const from = next;
        next += GROUP;
        await this.#apply(hashes, order.subarray(from, from + GROUP));
        await this.#slices.pause();
      }
    };
    const done = await Promise.allSettled([lane(), lane()]);
    // Only once both have ended: what was stored is discarded then.
    for (const one of done) if (one.status === "rejected") throw one.reason;
  }

  async #apply(hashes: PackedRows, group: Uint32Array): Promise<void> {
    const { lines, mode, scope } = this.#upload;
    const indexes = [...group];
    const listed = await listedNow(
      this.#services.pool,
      scope.id,
      indexes.map((index) => hashes.row(index)),
    );
    const before = (index: number): StoredEntry | undefined => listed.get(hashes.row(index).toString("hex"));
    if (mode === "REMOVE") {
      const there = indexes.flatMap((index) => before(index) ?? []);
      this.#counts.notListed += indexes.length - there.length;
      await this.#remove(there);
      return;
    }
    const wanted = indexes.filter((index) => {
      const known = before(index);
      const { validFrom, validTo } = lines.validity(index);
      if (known === undefined) this.#counts.added += 1;
      else if (known.validFrom !== validFrom || known.validTo !== validTo || this.#lacksReference(known))
        this.#counts.changed += 1;
      else {
        this.#counts.unchanged += 1;
        return false;
      }
      return true;
    });
    if (!this.#isDryRun && wanted.length > 0) await this.#list(hashes, wanted);
  }

  /** The shared secret was set after it was uploaded. */
  #lacksReference({ referenceHash: known }: StoredEntry): boolean {
    return this.#services.referenceListSecret !== null && known === null;
  }

  async #list(hashes: PackedRows, indexes: readonly number[]): Promise<void> {
    const { lines } = this.#upload;
    const secret = this.#services.referenceListSecret;
    const pans = indexes.map((index) => lines.pan(index));
    const cards = await cardsOfPans(this.#services, pans);
    const changes = indexes.map((index, place): Change => {
      const pan = pans[place] ?? "";
      const cardId = cards.get(pan);
      if (cardId === undefined) throw new Error("a listed number has its card");
      const reference = secret === null ? null : referenceHash(secret, pan);
      return { hash: hashes.row(index), referenceHash: reference, cardId, ...lines.validity(index) };
    });
    await this.#store(changes, false);
  }

  /** Those that are listed, and are not in the file. Both are in the order of their hashes. */
  async #removeOthers(hashes: PackedRows, order: Uint32Array): Promise<void> {
    let place = 0;
    for await (const page of allListed(this.#services.pool, this.#upload.scope.id)) {
      const gone = page.filter(({ hash }) => {
        while (place < order.length && hashes.row(order[place] ?? 0).compare(hash) < 0) place += 1;
        return place === order.length || !hashes.row(order[place] ?? 0).equals(hash);
      });
      for (let from = 0; from < gone.length; from += GROUP)
        await this.#remove(gone.slice(from, from + GROUP));
      await this.#slices.pause();
    }
  }

  async #remove(entries: readonly StoredEntry[]): Promise<void> {
    this.#counts.removed += entries.length;
    if (this.#isDryRun || entries.length === 0) return;
    await this.#store(
      entries.map((entry) => ({ ...entry, referenceHash: null, validFrom: null, validTo: null })),
      true,
    );
  }

  async #store(changes: readonly Change[], removed: boolean): Promise<void> {
    await this.#services.pool.query(
      `insert into whitelist_entries
         (upload_id, scope_id, list_hash, reference_hash, card_id, valid_from, valid_to, removed)
       select $1, $2, g.hash, g.reference, g.card, g.from_at::timestamptz, g.to_at::timestamptz, $3
       from unnest($4::bytea[], $5::bytea[], $6::text[], $7::text[], $8::text[])
         as g(hash, reference, card, from_at, to_at)`,
      [
        this.#write.seed,
        this.#upload.scope.id,
        removed,
        byteaArray(changes.map(({ hash }) => hash)),
        byteaArray(changes.map((change) => change.referenceHash)),
        textArray(changes.map(({ cardId }) => cardId)),
        textArray(changes.map(({ validFrom }) => isoOrNull(validFrom))),
        textArray(changes.map(({ validTo }) => isoOrNull(validTo))),
      ],
    );
  }
}
