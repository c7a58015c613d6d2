import { referenceHash } from "../../../vault/listHashing.ts";
import { exclusively, LOCKS } from "../../exclusively.ts";
import type { Write } from "../../management/commands.ts";
import type { Services } from "../../services.ts";
import { groupsOf, Slices } from "../../slices.ts";
import { cardsOfPans } from "../../vaultCards.ts";
import { hasEntries, listedBetween, listedNow, type StoredEntry } from "./entries.ts";
import { HashedLines } from "./hashedLines.ts";
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

/** A line, and its hash. */
interface Wanted {
  readonly index: number;
  readonly hash: Buffer;
}

class UploadRun {
  readonly #services: Services;
  readonly #write: Write;
  readonly #upload: Upload;
  readonly #isDryRun: boolean;
  readonly #hashed: HashedLines;
  readonly #slices = new Slices();
  readonly #counts = { added: 0, changed: 0, unchanged: 0, removed: 0, notListed: 0 };

  constructor(services: Services, write: Write, upload: Upload, isDryRun: boolean) {
    this.#services = services;
    this.#write = write;
    this.#upload = upload;
    this.#isDryRun = isDryRun;
    this.#hashed = new HashedLines(upload.lines, services.keyring);
  }

  async run(): Promise<Uploaded> {
    const { lines, scope } = this.#upload;
    const before = await listedCount(this.#services, scope.id);
    if (this.#write.resumed) await discard(this.#services, this.#write.seed);
    const distinct = await this.#distinct(await this.#hashed.order());
    if (distinct.kind === "differs") return distinct;
    await this.#applyAll(distinct.order);
    const { added, removed } = this.#counts;
    const counts = { lines: lines.count, ...this.#counts, total: before + added - removed };
    if (!this.#isDryRun) {
      await recordUpload(this.#services, this.#write, this.#write.seed, this.#upload, counts);
    }
    return { kind: "uploaded", counts };
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
    const isFirst = !(await hasEntries(this.#services.pool, this.#upload.scope.id));
    // A list that is replaced by nothing has one group, an empty one.
    const end = Math.max(order.length, 1);
    let next = 0;
    let behind: Buffer | null = null;
    const lane = async (): Promise<void> => {
      while (next < end) {
        const from = next;
        next += GROUP;
        const group = [...order.subarray(from, next)].map((index) => ({
          index,
          hash: this.#hashed.hashOf(index),
        }));
        const upTo: Buffer | null = next < end ? (group.at(-1)?.hash ?? null) : null;
        const listed = isFirst ? nothing() : this.#listedOf(group, behind, upTo);
        behind = upTo;
        await this.#apply(group, listed);
        await this.#slices.pause();
      }
    };
    const done = await Promise.allSettled([lane(), lane()]);
    // Only once both have ended: what was stored is discarded then.
    for (const one of done) if (one.status === "rejected") throw one.reason;
  }

  /** What is listed of the group; for a list that is replaced, all there is from the group before up to its end. */
  #listedOf(
    group: readonly Wanted[],
    behind: Buffer | null,
    upTo: Buffer | null,
  ): AsyncIterable<readonly StoredEntry[]> {
    const { mode, scope } = this.#upload;
    const { pool } = this.#services;
    return mode === "REPLACE"
      ? listedBetween(pool, scope.id, behind, upTo)
      : only(
          listedNow(
            pool,
            scope.id,
            group.map(({ hash }) => hash),
          ),
        );
  }

  /** Group and list are ascending by their hashes: each is gone through once. */
  async #apply(group: readonly Wanted[], listed: AsyncIterable<readonly StoredEntry[]>): Promise<void> {
    const wanted: Wanted[] = [];
    let place = 0;
    const isNew = (one: Wanted): void => {
      if (this.#upload.mode === "REMOVE") this.#counts.notListed += 1;
      else {
        this.#counts.added += 1;
        wanted.push(one);
      }
    };
    for await (const page of listed) {
      const gone: StoredEntry[] = [];
      for (const entry of page) {
        let one = group[place];
        for (; one !== undefined && one.hash.compare(entry.hash) < 0; one = group[++place]) isNew(one);
        if (one?.hash.equals(entry.hash) !== true) gone.push(entry);
        else {
          place += 1;
          if (this.#upload.mode === "REMOVE") gone.push(entry);
          else if (this.#isChanged(one, entry)) wanted.push(one);
        }
      }
      await this.#remove(gone);
    }
    for (let one = group[place]; one !== undefined; one = group[++place]) isNew(one);
    if (!this.#isDryRun && wanted.length > 0) await this.#list(wanted);
  }

  #isChanged({ index }: Wanted, known: StoredEntry): boolean {
    const { validFrom, validTo } = this.#upload.lines.validity(index);
    const isSame = known.validFrom === validFrom && known.validTo === validTo && !this.#lacksReference(known);
    if (isSame) this.#counts.unchanged += 1;
    else this.#counts.changed += 1;
    return !isSame;
  }

  /** The shared secret was set after it was uploaded. */
  #lacksReference({ referenceHash: known }: StoredEntry): boolean {
    return this.#services.referenceListSecret !== null && known === null;
  }

  async #list(wanted: readonly Wanted[]): Promise<void> {
    const { lines } = this.#upload;
    const secret = this.#services.referenceListSecret;
    const cards = await cardsOfPans(
      this.#services,
      wanted.map(({ index }) => lines.pan(index)),
    );
    const changed = ({ index, hash }: Wanted): Change => {
      const pan = lines.pan(index);
      const cardId = cards.get(pan);
      if (cardId === undefined) throw new Error("a listed number has its card");
      const reference = secret === null ? null : referenceHash(secret, pan);
      return { hash, referenceHash: reference, cardId, ...lines.validity(index) };
    };
    await this.#store(mapped(wanted, changed), false);
  }

  async #remove(entries: readonly StoredEntry[]): Promise<void> {
    this.#counts.removed += entries.length;
    if (this.#isDryRun) return;
    const gone = ({ hash, cardId }: StoredEntry): Change => {
      return { hash, referenceHash: null, cardId, validFrom: null, validTo: null };
    };
    for (const group of groupsOf(entries, GROUP)) await this.#store(mapped(group, gone), true);
  }

  async #store(changes: Iterable<Change>, removed: boolean): Promise<void> {
    const { scope } = this.#upload;
    await storeEntries(this.#services, { uploadId: this.#write.seed, scopeId: scope.id, removed }, changes);
  }
}

async function* nothing(): AsyncGenerator<readonly StoredEntry[]> {}

async function* only(page: Promise<readonly StoredEntry[]>): AsyncGenerator<readonly StoredEntry[]> {
  yield await page;
}

/** One after the other: none is held when the next is made. */
function* mapped<Item, Made>(items: readonly Item[], make: (item: Item) => Made): Generator<Made> {
  for (const item of items) yield make(item);
}
