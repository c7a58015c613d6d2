import type { KeptTime } from "./clock.ts";
import type { LetIn } from "./decide.ts";
import { type Counted, type InvalidReport, type JournalRecord, lineOf, recordOf } from "./journalLine.ts";
import type { Report, ReportOutcome } from "./reportShape.ts";

/** What a terminal has decided by itself: written down before the door opens, and kept until the server has it. */

/** Where the journal lies. Nobody else writes there. */
export interface JournalStorage {
  /** Everything that was written; the last line may be cut. What it answers outlives a loss of power. */
  read(): Promise<string>;
  /** Adds the line, with an end of line. Resolves once it outlives a loss of power. */
  append(line: string): Promise<void>;
  /** These lines instead of all that is there: all of them or nothing. Resolves once that outlives a loss of power. */
  replace(lines: readonly string[]): Promise<void>;
}

/** A decision to write down, and the keyed hash that its card is counted by. */
export interface Decided {
  readonly report: Report;
  readonly card: string;
}

/** Entries older than this are counted no more. */
const COUNTED_MS = 86_400_000;

/** @throws UnknownRecordError where a later release wrote it */
export async function openJournal(storage: JournalStorage): Promise<Journal> {
  const text = await storage.read();
  const journal = new Journal(storage);
  const lines = text.split("\n");
  const last = lines.pop() ?? "";
  for (const [index, line] of lines.entries()) journal.restore(line, index + 1);
  // What has no end of line was never answered for: nobody was let in by it, and nothing was sent of it.
  if (last !== "") await journal.mend();
  return journal;
}

export class Journal {
  readonly #storage: JournalStorage;
  readonly #lines: string[] = [];
  readonly #pending = new Map<number, Decided>();
  readonly #damaged: number[] = [];
  #counted: Counted[] = [];
  #invalid: InvalidReport[] = [];
  #heard: KeptTime | null = null;
  #nextNumber = 1;
  #lastAt: number | null = null;
  /** Writes, one after the other. */
  #last: Promise<unknown> = Promise.resolve();
  /** Whether an append has failed: half a line may lie there. */
  #isTorn = false;

  constructor(storage: JournalStorage) {
    this.#storage = storage;
  }

  /** Lines that are not what was written, by their place from 1: whatever they said is lost. The numbers of reports leave room for them. */
  get damaged(): readonly number[] {
    return this.#damaged;
  }

  get heard(): KeptTime | null {
    return this.#heard;
  }

  /** When the last decision was, in milliseconds by the server's time. */
  get lastAt(): number | null {
    return this.#lastAt;
  }

  /** The number that the next report will have. */
  get nextNumber(): number {
    return this.#nextNumber;
  }

  /** Reports that the server has kept and can't use. */
  get invalid(): readonly InvalidReport[] {
    return this.#invalid;
  }

  /** Reports that the server has not answered yet, in the order of their numbers. */
  pending(): readonly Report[] {
    return [...this.#pending.values()].map(({ report }) => report).sort((a, b) => a.number - b.number);
  }

  /** What the caps count for a card, by its keyed hash, at `now` (milliseconds). */
  letIn(card: string, now: number): LetIn {
    const recent = [...this.#entries()].filter(({ at }) => at > now - COUNTED_MS);
    return {
      ofCard: recent.filter((entry) => entry.card === card).length,
      underRuleset: (id) => recent.filter(({ ruleset }) => ruleset === id).length,
    };
  }

  /**
   * Writes a decision down; the door may open once it has resolved. No other decision is made meanwhile.
   * @param decide makes it, with the number of its report; null: there is nothing to write down
   */
  async decide<Result>(
    decide: (number: number) => Promise<{ readonly decided: Decided | null; readonly result: Result }>,
  ): Promise<Result> {
    return await this.#alone(async () => {
      const { decided, result } = await decide(this.#nextNumber);
      if (decided !== null) await this.#append({ kind: "decided", ...decided });
      return result;
    });
  }

  async hear(time: KeptTime): Promise<void> {
    await this.#alone(async () => {
      await this.#append({ kind: "heard", time });
    });
  }

  /** The server has answered for these. What it names and is not pending here is passed over. */
  async acknowledge(outcomes: readonly ReportOutcome[]): Promise<void> {
    await this.#alone(async () => {
      const ours = outcomes.filter(
        ({ number, reportId }) => this.#pending.get(number)?.report.reportId === reportId,
      );
      if (ours.length === 0) return;
      const invalid = ours.filter(({ outcome }) => outcome === "INVALID");
      await this.#append({
        kind: "acknowledged",
        numbers: ours.map(({ number }) => number),
        invalid: invalid.map(({ reportId, number, why }) => ({ reportId, number, why })),
      });
    });
  }

  /** Forgets what nobody needs any more; damaged lines stay. `now`: milliseconds by the server's time. */
  async condense(now: number): Promise<void> {
    await this.#alone(async () => {
      const counted = this.#counted.filter(({ at }) => at > now - COUNTED_MS);
      const condensed = lineOf({
        kind: "condensed",
        nextNumber: this.#nextNumber,
        lastAt: this.#lastAt,
        invalid: [...this.#invalid],
      });
      const records: JournalRecord[] = [
        ...(this.#heard === null ? [] : [{ kind: "heard" as const, time: this.#heard }]),
        ...counted.map((entry) => ({ kind: "counted" as const, entry })),
        ...[...this.#pending.values()].map((decided) => ({ kind: "decided" as const, ...decided })),
      ];
      const damaged = this.#damaged.map((place) => this.#lines[place - 1] ?? "");
      const lines = [...damaged, condensed, ...records.map(lineOf), condensed];
      await this.#storage.replace(lines);
      this.#lines.splice(0, this.#lines.length, ...lines);
      this.#damaged.splice(0, this.#damaged.length, ...damaged.map((_, index) => index + 1));
      this.#counted = counted;
      this.#isTorn = false;
    });
  }

  /** The operator has seen them. */
  async dismissInvalid(now: number): Promise<void> {
    this.#invalid = [];
    await this.condense(now);
  }

  /** Takes a line over as it was read. */
  restore(line: string, place: number): void {
    this.#lines.push(line);
    const record = recordOf(line, place);
    if (record !== null) {
      this.#apply(record);
    } else {
      this.#damaged.push(place);
      // It may have been a report, and that may have been sent: its number is nobody else's.
      this.#nextNumber++;
    }
  }

  /** Puts the whole lines in the place of all that lies there. */
  async mend(): Promise<void> {
    await this.#storage.replace(this.#lines);
    this.#isTorn = false;
  }

  async #append(record: JournalRecord): Promise<void> {
    if (this.#isTorn) await this.mend();
    const line = lineOf(record);
    this.#isTorn = true;
    await this.#storage.append(line);
    this.#isTorn = false;
    this.#lines.push(line);
    this.#apply(record);
  }

  #apply(record: JournalRecord): void {
    switch (record.kind) {
      case "decided": {
        const { report, card } = record;
        this.#pending.set(report.number, { report, card });
        this.#nextNumber = Math.max(this.#nextNumber, report.number + 1);
        this.#lastAt = Math.max(this.#lastAt ?? 0, Date.parse(report.occurredAt));
        break;
      }
      case "acknowledged":
        for (const number of record.numbers) {
          const decided = this.#pending.get(number);
          if (decided !== undefined) this.#counted.push(...countedOf(decided));
          this.#pending.delete(number);
        }
        this.#invalid.push(...record.invalid);
        break;
      case "heard":
        this.#heard = record.time;
        break;
      case "counted":
        this.#counted.push(record.entry);
        break;
      case "condensed":
        this.#nextNumber = Math.max(this.#nextNumber, record.nextNumber);
        this.#lastAt = record.lastAt;
        this.#invalid = [...record.invalid];
        break;
    }
  }

  *#entries(): Iterable<Counted> {
    yield* this.#counted;
    for (const decided of this.#pending.values()) yield* countedOf(decided);
  }

  async #alone<Result>(work: () => Promise<Result>): Promise<Result> {
    const mine = this.#last.then(work);
    this.#last = mine.catch(() => undefined);
    return await mine;
  }
}

/** Only who was let in by the terms of a list counts: a late confirmation is counted where it was granted. */
function countedOf({ report, card }: Decided): readonly Counted[] {
  if (report.outcome !== "ADMITTED" || report.ruleset === undefined) return [];
  return [{ at: Date.parse(report.occurredAt), card, ruleset: report.ruleset.id }];
}
