import { z } from "zod";
import { UnreachableError } from "../../../api/problem.ts";
import { cardCounter } from "../../../../terminalKit/cards.ts";
import type { GuestCounts } from "../../../../terminalKit/decide.ts";
import { type Journal, type JournalStorage, openJournal } from "../../../../terminalKit/journal.ts";
import { takeAccountRangeList } from "../../../../terminalKit/lists.ts";
import { OfflineTerminal, type Tapped } from "../../../../terminalKit/offlineTerminal.ts";
import { type Sent, sendReports } from "../../../../terminalKit/reports.ts";
import { namedIn, takeWhitelist } from "../../../../terminalKit/whitelist.ts";
import { keepJournal, loadJournal, type PairedDevice } from "./keyStore.ts";
import { heard, type posClient } from "./wire.ts";

/** The virtual terminal without a line: the module for terminals itself, with this browser's database for a disk. */

type PosClient = ReturnType<typeof posClient>;

/** What the terminal has to decide by. */
export interface Lists {
  /** Null: none was got. */
  readonly accountRanges: {
    readonly version: string;
    readonly validUntil: number;
    readonly count: number;
  } | null;
  /** Cards that the whitelist names; null: there is none. */
  readonly named: number | null;
}

const COUNTING_KEY_BYTES = 32;
const LOCK = "virtual-terminal";
/** Of the clock that performance.now() reads: another one after each load of the page. */
const RUN = crypto.randomUUID();

const status = z.object({ businessTime: z.iso.datetime() });
const delivered = z.object({ list: z.string(), validity: z.string() });
const jwks = z.object({ keys: z.array(z.looseObject({ kty: z.string() })) });

export class OfflineSide {
  readonly journal: Journal;
  readonly #device: PairedDevice;
  readonly #terminal: OfflineTerminal;
  readonly #letGo: () => void;

  private constructor(device: PairedDevice, journal: Journal, terminal: OfflineTerminal, letGo: () => void) {
    this.#device = device;
    this.journal = journal;
    this.#terminal = terminal;
    this.#letGo = letGo;
  }

  /** Null: another window of this browser is this terminal. */
  static async open(device: PairedDevice): Promise<OfflineSide | null> {
    const letGo = await takeLock();
    if (letGo === null) return null;
    const kept = await loadJournal();
    const countingKey = kept?.countingKey ?? crypto.getRandomValues(new Uint8Array(COUNTING_KEY_BYTES));
    const journal = await openJournal(storage(kept?.lines ?? "", countingKey));
    const terminal = new OfflineTerminal({
      journal,
      clocks: () => ({ monotonic: performance.now(), run: RUN, own: Date.now() }),
      random: (bytes) => crypto.getRandomValues(new Uint8Array(bytes)),
      countCard: await cardCounter(countingKey),
    });
    return new OfflineSide(device, journal, terminal, letGo);
  }

  /** While there is a line: the time, the keys and both lists. @throws ApiProblem, UnreachableError */
  async fetch(pos: PosClient): Promise<Lists> {
    const asked = performance.now();
    const { businessTime } = status.parse(await heard(pos.GET("/pos/status")));
    await this.#terminal.hear(Date.parse(businessTime), performance.now() - asked);
    const keys = jwks.parse(await (await fetch("/.well-known/jwks.json")).json());
    const ranges = delivered.parse(await heard(pos.GET("/pos/fallback_bin_ranges")));
    const cards = delivered.parse(await heard(pos.GET("/pos/whitelisted_pans")));
    const { serialNumber, encryptionKey } = this.#device;
    const now = this.#terminal.time()?.now ?? Date.parse(businessTime);
    const checks = { keys, serialNumber, newestIssuedAt: null, now };
    const list = await takeAccountRangeList(ranges, checks);
    const names = await takeWhitelist(cards, { ...checks, encryptionKey });
    const accountRanges = list.kind === "list" ? list : null;
    const whitelist = names.kind === "whitelist" ? names : null;
    this.#terminal.use({ keys, accountRanges, whitelist });
    return {
      accountRanges:
        accountRanges === null
          ? null
          : {
              version: accountRanges.version,
              validUntil: accountRanges.validUntil,
              count: accountRanges.ranges.length,
            },
      named: whitelist === null ? null : namedIn(whitelist),
    };
  }

  /** @param isCollected whether what is due was taken */
  async tap(pan: string, guests: GuestCounts, isCollected: boolean): Promise<Tapped> {
    const collect = async () => await Promise.resolve(isCollected ? {} : null);
    return await this.#terminal.tap({ card: { pan, entryMode: "CONTACTLESS" }, guests, collect });
  }

  /** Tells the server what it has not heard of. */
  async report(pos: PosClient): Promise<Sent> {
    const sent = await sendReports(this.journal, async (body) => {
      try {
        const reports = body.reports.map(({ card, ...report }) => ({ ...report, card: { ...card } }));
        const { data, error, response } = await pos.POST("/pos/offline_reports", { body: { reports } });
        return { status: response.status, body: data ?? error };
      } catch (error) {
        if (error instanceof UnreachableError) return null;
        throw error;
      }
    });
    const now = this.#terminal.time()?.now;
    if (now !== undefined) await this.journal.condense(now);
    return sent;
  }

  close(): void {
    this.#letGo();
  }
}

/** One window at a time writes to the journal. Null: another one does. */
async function takeLock(): Promise<(() => void) | null> {
  return await new Promise((resolve, reject) => {
    navigator.locks
      .request(LOCK, { ifAvailable: true }, async (lock) => {
        if (lock === null) {
          resolve(null);
          return;
        }
        await new Promise<void>((letGo) => resolve(letGo));
      })
      .catch(reject);
  });
}

function storage(lines: string, countingKey: Uint8Array<ArrayBuffer>): JournalStorage {
  let text = lines;
  const keep = async (next: string): Promise<void> => {
    await keepJournal({ lines: next, countingKey });
    text = next;
  };
  return {
    read: () => Promise.resolve(text),
    append: async (line) => await keep(`${text}${line}\n`),
    replace: async (whole) => await keep(whole.map((line) => `${line}\n`).join("")),
  };
}
