import { createHash, type Hash } from "node:crypto";
import type { Batch, RecordedEvent } from "../eventlog/log.ts";
import { ChainKeeper, type HashOf } from "./chain.ts";
import { TransferError } from "./errors.ts";
import {
  type Footer,
  type Header,
  MAX_LINE_BYTES,
  parseHeader,
  parseLine,
  type RecordLine,
} from "./format.ts";
import { linesOf, type RawLine } from "./lines.ts";

/** Lines arrive as the disk or the pipe hands them over; a transaction wants more of them. */
const BATCH = 500;

/** An export that is being read. Take `header` first, then all of `events`, then all of `records`; then `footer` is there. */
export class ExportReader {
  readonly #groups: AsyncGenerator<readonly RawLine[], void, undefined>;
  readonly #digest: Hash = createHash("sha256");
  #waiting: readonly RawLine[] = [];
  #waitingRecords: RecordLine[] = [];
  #records = 0;
  #keeper: ChainKeeper | undefined;
  #footer: Footer | undefined;

  constructor(chunks: AsyncIterable<unknown>) {
    this.#groups = linesOf(chunks, MAX_LINE_BYTES);
  }

  get footer(): Footer {
    if (this.#footer === undefined) throw new Error("the file was not read to its end");
    return this.#footer;
  }

  /** @throws TransferError for a file that is no export, or of another version */
  async header(): Promise<Header> {
    const group = await this.#group();
    const first = group?.[0];
    const header = first === undefined ? null : parseHeader(first.text);
    if (first === undefined || header === null) {
      throw new TransferError("This is not an export of an event log: line 1 has no header.");
    }
    if (typeof header === "string") throw new TransferError(`The file can't be read: ${header}.`);
    this.#digest.update(first.bytes);
    this.#waiting = group?.slice(1) ?? [];
    return header;
  }

  /**
   * The events in feed order, each verified.
   * @throws TransferError for the first line that is not as it was written
   */
  async *events(hashOf: HashOf, mostStreams?: number | "all"): AsyncGenerator<Batch, void, undefined> {
    const keeper = new ChainKeeper(hashOf, mostStreams);
    this.#keeper = keeper;
    let batch: RecordedEvent[] = [];
    for (let flawed: { readonly error: unknown } | undefined; ; ) {
      try {
        this.#take(await this.#group(), batch);
      } catch (error) {
        // What stands before the flaw is sound, and need not be carried again.
        flawed = { error };
      }
      const isLast = flawed !== undefined || this.#isBehindEvents();
      if (batch.length >= BATCH || isLast) {
        await keeper.check(batch);
        if (batch.length > 0) yield batch;
        batch = [];
      }
      if (flawed !== undefined) throw flawed.error;
      if (isLast) return;
    }
  }

  #isBehindEvents(): boolean {
    return this.#footer !== undefined || this.#records > 0;
  }

  async *records(): AsyncGenerator<readonly RecordLine[], void, undefined> {
    for (;;) {
      const records = this.#waitingRecords;
      this.#waitingRecords = [];
      if (records.length > 0) yield records;
      if (this.#footer !== undefined) break;
      this.#take(await this.#group(), []);
    }
    if ((await this.#group()) !== undefined) throw new TransferError("Lines stand behind the footer.");
  }

  async #group(): Promise<readonly RawLine[] | undefined> {
    const waiting = this.#waiting;
    this.#waiting = [];
    if (waiting.length > 0) return waiting;
    const { done, value } = await this.#groups.next();
    return done === true ? undefined : value;
  }

  #take(group: readonly RawLine[] | undefined, events: RecordedEvent[]): void {
    if (group === undefined) throw new TransferError("The file is cut off: its footer is missing.");
    for (const [index, { number, bytes, text }] of group.entries()) {
      const line = parseLine(text);
      if (line === null) throw new TransferError(`Line ${number} is not a line of an export.`);
      if (line.kind === "footer") {
        this.#waiting = group.slice(index + 1);
        this.#footer = line.footer;
        break;
      }
      this.#digest.update(bytes);
      if (line.kind === "record") {
        this.#waitingRecords.push(line.record);
        this.#records += 1;
      } else if (this.#records > 0) {
        throw new TransferError(`Line ${number} is an event behind the records.`);
      } else {
        events.push(line.event);
      }
    }
  }

  /** @throws TransferError unless the footer is that of what was read; call it when all was read */
  checkFooter(): Footer {
    const { footer } = this;
    const found = {
      events: this.#keeper?.events ?? 0,
      streams: this.#keeper?.streams ?? 0,
      records: this.#records,
    };
    for (const what of ["events", "streams", "records"] as const) {
      if (found[what] !== footer[what]) {
        throw new TransferError(
          `The file has ${found[what]} ${what}, and its footer says ${footer[what]}: lines are missing or too many.`,
        );
      }
    }
    if (this.#digest.digest("hex") !== footer.sha256) {
      throw new TransferError("The file was altered: its footer has another SHA-256.");
    }
    return footer;
  }
}
