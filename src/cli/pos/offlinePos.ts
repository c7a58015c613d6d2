import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { type Answer, UnreachableError } from "../../client.ts";
import { cardCounter } from "../../terminalKit/cards.ts";
import type { DeviceClocks } from "../../terminalKit/clock.ts";
import { SetupError } from "../../settings.ts";
import { type Journal, openJournal } from "../../terminalKit/journal.ts";
import { UnknownRecordError } from "../../terminalKit/journalLine.ts";
import type { AccountRangeList, ListRefusal } from "../../terminalKit/lists.ts";
import { OfflineTerminal } from "../../terminalKit/offlineTerminal.ts";
import { type Sent, sendReports } from "../../terminalKit/reports.ts";
import { namedIn } from "../../terminalKit/whitelist.ts";
import {
  deliveredBy,
  keepLists,
  type KeptLists,
  keptLists,
  type Taken,
  taken,
  withWhitelist,
} from "./fetched.ts";
import { JournalFile } from "./journalFile.ts";
import { type OwnedDirectory, ownDirectory } from "./ownedDirectory.ts";
import type { Steps } from "./steps.ts";
import type { Terminal } from "./terminal.ts";

/** A simulated terminal with what it needs while its line is down: journal, lists and clocks, in a directory of its own. */

export function stateDirectory(dataDir: string, serialNumber: string): string {
  return join(dataDir, "terminals", encodeURIComponent(serialNumber));
}

const COUNTING_KEY = "counting-key";
const JOURNAL = "journal";

const status = z.object({ businessTime: z.iso.datetime() });

/** What came of fetching: the list that counts now, or why there is none. */
export type FetchOutcome =
  | {
      readonly kind: "taken";
      readonly version: string;
      readonly validUntil: number;
      readonly ranges: number;
      /** Cards that the whitelist names; null where there is none. */
      readonly named: number | null;
    }
  | { readonly kind: "refused"; readonly why: ListRefusal }
  /** No line, or an answer that is none; what the terminal has counts until it runs out. */
  | { readonly kind: "nothing" };

export class OfflinePos {
  readonly journal: Journal;
  readonly terminal: OfflineTerminal;
  readonly #own: Terminal;
  readonly #directory: OwnedDirectory;
  readonly #file: JournalFile;
  #accountRanges: AccountRangeList | null = null;
  #listRefused: ListRefusal | null = null;

  private constructor(
    own: Terminal,
    directory: OwnedDirectory,
    file: JournalFile,
    parts: { readonly journal: Journal; readonly terminal: OfflineTerminal },
  ) {
    this.#own = own;
    this.#directory = directory;
    this.#file = file;
    this.journal = parts.journal;
    this.terminal = parts.terminal;
  }

  /** @throws SetupError where another process is this terminal */
  static async open(own: Terminal, path: string, now: () => number): Promise<OfflinePos> {
    const directory = await ownDirectory(path, async (anew) => {
      await writeFile(join(anew, COUNTING_KEY), randomBytes(32).toString("base64url"), { mode: 0o600 });
    });
    try {
      const file = await JournalFile.open(join(path, JOURNAL));
      const journal = await openJournal(file);
      const key = Buffer.from(await readFile(join(path, COUNTING_KEY), "utf8"), "base64url");
      const terminal = new OfflineTerminal({
        journal,
        clocks: () => clocks(now),
        random: (bytes) => randomBytes(bytes),
        countCard: await cardCounter(Uint8Array.from(key)),
      });
      const pos = new OfflinePos(own, directory, file, { journal, terminal });
      await pos.#useKept();
      return pos;
    } catch (error) {
      await directory.letGo();
      if (error instanceof UnknownRecordError) throw new SetupError(`${path}: ${error.message}`);
      throw error;
    }
  }

  /** The list that counts. */
  get accountRanges(): AccountRangeList | null {
    return this.#accountRanges;
  }

  /** Why the list that was kept does not count; null where it does, or where there is none. */
  get listRefused(): ListRefusal | null {
    return this.#listRefused;
  }

  /** Asks for the time, the keys and the list, and keeps them. */
  async fetch(steps: Steps): Promise<FetchOutcome> {
    const { client } = this.#own;
    const asked = monotonic();
    const told = await line(() => steps.call(client, "GET", "/pos/status", ""));
    const took = monotonic() - asked;
    const time = status.safeParse(told?.body);
    if (told?.status !== 200 || !time.success) return { kind: "nothing" };
    const businessTime = Date.parse(time.data.businessTime);
    await this.terminal.hear(businessTime, took);
    const kept = await keptLists(this.#directory.path);
    const tag = kept === null ? {} : { "If-None-Match": kept.etag };
    const answers = await line(async () => ({
      keys: await steps.call(client, "GET", "/.well-known/jwks.json", ""),
      list: await steps.call(client, "GET", "/pos/fallback_bin_ranges", "", undefined, tag),
      whitelist: await this.#askWhitelist(steps, kept),
    }));
    const ranges = answers === null ? null : deliveredBy(answers.keys, answers.list, kept);
    if (answers === null || ranges === null) return { kind: "nothing" };
    const delivered = withWhitelist(ranges, answers.whitelist, kept);
    const now = this.terminal.time()?.now ?? businessTime;
    const lists = await taken(delivered, this.#own, now);
    const { accountRanges, refused, whitelist } = lists;
    if (accountRanges === null) return { kind: "refused", why: refused ?? "EXPIRED" };
    const { issuedAt, version, validUntil } = accountRanges;
    await keepLists(this.#directory.path, { ...delivered, newestIssuedAt: issuedAt });
    this.#use(lists);
    const named = whitelist === null ? null : namedIn(whitelist);
    return { kind: "taken", version, validUntil, ranges: accountRanges.ranges.length, named };
  }

  /** Null for a terminal that was paired without a key for it. */
  async #askWhitelist(steps: Steps, kept: KeptLists | null): Promise<Answer | null> {
    const { client, encryptionKey } = this.#own;
    if (encryptionKey === null) return null;
    const tag = kept?.whitelist === undefined ? {} : { "If-None-Match": kept.whitelist.etag };
    return await steps.call(client, "GET", "/pos/whitelisted_pans", "", undefined, tag);
  }

  /** Tells the server what it has not yet heard of; what it has heard of is forgotten. */
  async report(steps: Steps): Promise<Sent> {
    const sent = await sendReports(this.journal, async (body) => {
      const note = `${String(body.reports.length)} reports`;
      return await line(() => steps.call(this.#own.client, "POST", "/pos/offline_reports", note, body));
    });
    const now = this.terminal.time()?.now;
    if (now !== undefined) await this.journal.condense(now);
    return sent;
  }

  async close(): Promise<void> {
    await this.#file.close();
    await this.#directory.letGo();
  }

  async #useKept(): Promise<void> {
    const kept = await keptLists(this.#directory.path);
    const time = this.terminal.time();
    if (kept === null || time === null) return;
    this.#use(await taken(kept, this.#own, time.now));
  }

  #use({ keys, accountRanges, refused, whitelist }: Taken): void {
    this.terminal.use({ keys, accountRanges, whitelist });
    this.#accountRanges = accountRanges;
    this.#listRefused = refused;
  }
}

/** Null where there is no line, or where it went before the answer had come. */
async function line<Answered extends Answer | object>(
  call: () => Promise<Answered>,
): Promise<Answered | null> {
  try {
    return await call();
  } catch (error) {
    // `TypeError` is what an answer ends with whose rest never comes.
    if (error instanceof UnreachableError || error instanceof TypeError) return null;
    throw error;
  }
}

/** Milliseconds since the machine has started, the same for all of its processes. */
function monotonic(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

let bootId: string | null = null;

function clocks(now: () => number): DeviceClocks {
  bootId ??= bootIdOf();
  return { monotonic: monotonic(), run: bootId, own: now() };
}

/** Where the system does not tell one start from another, each process is a restart. */
function bootIdOf(): string {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  } catch {
    return `process-${String(process.pid)}-${randomBytes(4).toString("hex")}`;
  }
}
