import { listHash, listKey, referenceHash } from "../../../vault/listHashing.ts";
import { exclusively, LOCKS } from "../../exclusively.ts";
import type { Write } from "../../management/commands.ts";
import type { Services } from "../../services.ts";
import { Slices } from "../../slices.ts";
import { cardsOfPans } from "../../vaultCards.ts";
import { allListed, listedNow, type StoredEntry } from "./entries.ts";
import { PackedRows, sortedOrder } from "./packedRows.ts";
import { type Change, storeEntries } from "./storeEntries.ts";
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
/** By so much of their hashes lines are put in order. */
const BEGINNING_BYTES = 8;
const NO_HASH = Buffer.alloc(0);

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

/** A line that is to be listed. */
interface Wanted {
  readonly index: number;
  readonly hash: Buffer;
}

class UploadRun {
  readonly #services: Services;
  readonly #write: Write;
  readonly #upload: Upload;
  readonly #isDryRun: boolean;
  readonly #listKey: Buffer;
  readonly #slices = new Slices();
  readonly #counts = { added: 0, changed: 0, unchanged: 0, removed: 0, notListed: 0 };

  constructor(services: Services, write: Write, upload: Upload, isDryRun: boolean) {
    this.#services = services;
    this.#write = write;
    this.#upload = upload;
    this.#isDryRun = isDryRun;
    this.#listKey = listKey(services.keyring);
  }

  async run(): Promise<Uploaded> {
    const { lines, mode, scope } = this.#upload;
    const before = await listedCount(this.#services, scope.id);
    if (this.#write.resumed) await discard(this.#services, this.#write.seed);
    const begins = await this.#beginnings();
    const order = await sortedOrder(begins, this.#slices, (a, b) => lines.compare(a, b));
    const distinct = await this.#distinct(order);
    if (distinct.kind === "differs") return distinct;
    await this.#applyAll(distinct.order);
    if (mode === "REPLACE") await this.#removeOthers(begins, distinct.order);
    const { added, removed } = this.#counts;
    const counts = { lines: lines.count, ...this.#counts, total: before + added - removed };
    if (!this.#isDryRun) {
      await recordUpload(this.#services, this.#write, this.#write.seed, this.#upload, counts);
    }
    return { kind: "uploaded", counts };
  }

  /** How the hash of each line begins: all of a million hashes would take four times as much. */
  async #beginnings(): Promise<PackedRows> {
    const begins = new PackedRows(BEGINNING_BYTES);
    for (let index = 0; index < this.#upload.lines.count; index++) {
      this.#hashOf(index).copy(begins.add());
      if (index % 256 === 0) await this.#slices.pause();
    }
    return begins;
  }

  #hashOf(index: number): Buffer {
    return listHash(this.#listKey, this.#upload.lines.pan(index));
  }

  /** Each number once. A repeat that says the same is unchanged by itself. */
  async #distinct(
    order: Uint32Array,
  ): Promise<
    { readonly kind: "distinct"; readonly order: Uint32Array } | Extract<Uploaded, { kind: "differs" }>
  > {
    const { lines, mode } = this.#upload;
    const differing: number[] = [];
    let kept = 0;
    let last = -1;
    for (const index of order) {
      if (last >= 0 && lines.compare(last, index) === 0) {
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
  async #applyAll(order: Uint32Array): Promise<void> {
    let next = 0;
    const lane = async (): Promise<void> => {
      while (next < order.length) {
        const from = next;
        next += GROUP;
        await this.#apply(order.subarray(from, from + GROUP));
        await this.#slices.pause();
      }
    };
    const done = await Promise.allSettled([lane(), lane()]);
    // Only once both have ended: what was stored is discarded then.
    for (const one of done) if (one.status === "rejected") throw one.reason;
  }

  async #apply(group: Uint32Array): Promise<void> {
    const { lines, mode, scope } = this.#upload;
    const indexes = [...group];
    const hashes = indexes.map((index) => this.#hashOf(index));
    const listed = await listedNow(this.#services.pool, scope.id, hashes);
    const before = (place: number): StoredEntry | undefined =>
      listed.size === 0 ? undefined : listed.get((hashes[place] ?? NO_HASH).toString("hex"));
    if (mode === "REMOVE") {
      const there = indexes.flatMap((_, place) => before(place) ?? []);
      this.#counts.notListed += indexes.length - there.length;
      await this.#remove(there);
      return;
    }
    const wanted = indexes.flatMap((index, place): readonly Wanted[] => {
      const known = before(place);
      const { validFrom, validTo } = lines.validity(index);
      if (known === undefined) this.#counts.added += 1;
      else if (known.validFrom !== validFrom || known.validTo !== validTo || this.#lacksReference(known))
        this.#counts.changed += 1;
      else {
        this.#counts.unchanged += 1;
        return [];
      }
      return [{ index, hash: hashes[place] ?? NO_HASH }];
    });
    if (!this.#isDryRun && wanted.length > 0) await this.#list(wanted);
  }

  /** The shared secret was set after it was uploaded. */
  #lacksReference({ referenceHash: known }: StoredEntry): boolean {
    return this.#services.referenceListSecret !== null && known === null;
  }

  async #list(wanted: readonly Wanted[]): Promise<void> {
    const { lines } = this.#upload;
    const secret = this.#services.referenceListSecret;
    const pans = wanted.map(({ index }) => lines.pan(index));
    const cards = await cardsOfPans(this.#services, pans);
    const changes = wanted.map(({ index, hash }, place): Change => {
      const pan = pans[place] ?? "";
      const cardId = cards.get(pan);
      if (cardId === undefined) throw new Error("a listed number has its card");
      const reference = secret === null ? null : referenceHash(secret, pan);
      return { hash, referenceHash: reference, cardId, ...lines.validity(index) };
    });
    await this.#store(changes, false);
  }

  /** Those that are listed, and are not in the file. Both are in the order of their hashes. */
  async #removeOthers(begins: PackedRows, order: Uint32Array): Promise<void> {
    const begin = (place: number): Buffer => begins.row(order[place] ?? 0);
    let next = 0;
    for await (const page of allListed(this.#services.pool, this.#upload.scope.id)) {
      const gone: StoredEntry[] = [];
      for (const entry of page) {
        const wanted = entry.hash.subarray(0, BEGINNING_BYTES);
        while (next < order.length && begin(next).compare(wanted) < 0) next += 1;
        let isThere = false;
        for (let place = next; place < order.length && begin(place).equals(wanted); place++)
          isThere ||= this.#hashOf(order[place] ?? 0).equals(entry.hash);
        if (!isThere) gone.push(entry);
        await this.#slices.pause();
      }
      for (let from = 0; from < gone.length; from += GROUP)
        await this.#remove(gone.slice(from, from + GROUP));
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
    const { scope } = this.#upload;
    await storeEntries(this.#services, { uploadId: this.#write.seed, scopeId: scope.id, removed }, changes);
  }
}
