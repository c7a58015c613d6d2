import { receiveReports } from "../../src/engine/offline/reports/receive.ts";
import type { ReadReport } from "../../src/engine/offline/reports/report.ts";
import type { Desk, Outcome } from "./desk.ts";
import type { Instance } from "./instance.ts";

/** An entry that a terminal decided by itself, as it stands in its journal. */
export interface Note {
  readonly reportId: string;
  /** The running number of the terminal whose journal it is. */
  readonly number: number;
  readonly terminal: string;
  readonly pan: string;
  /** In milliseconds since 1970, by the terminal's clock. */
  readonly occurredAt: number;
  readonly outcome: "ADMITTED" | "REFUSED";
  readonly guests: number;
  /** The grant that could not be confirmed. */
  readonly grant: string | null;
  /** The terminal broke before it could send it. */
  readonly isLost: boolean;
  /** Terminals that sent it, whether they were answered or not. */
  readonly senders: Set<string>;
  /** What was heard of it. */
  readonly heard: Heard[];
}

interface Heard {
  readonly terminal: string;
  readonly outcome: "ACCEPTED" | "DUPLICATE" | "INVALID";
  readonly accessId: string | null;
}

type Told = Pick<Note, "terminal" | "pan" | "occurredAt" | "outcome" | "guests" | "grant" | "isLost">;

/** What terminals keep while their line is down, and what they were answered once they told of it. */
export class Journals {
  readonly notes: Note[] = [];
  /** By terminal: the numbers that it was told are missing, the last time it was told. */
  readonly missing = new Map<string, readonly { readonly from: number; readonly to: number }[]>();
  readonly #desk: Desk;
  readonly #forgetsReportIds: boolean;
  #calls = 0;

  constructor(desk: Desk, forgetsReportIds: boolean) {
    this.#desk = desk;
    this.#forgetsReportIds = forgetsReportIds;
  }

  write(told: Told): Note {
    const number = this.notes.filter(({ terminal }) => terminal === told.terminal).length + 1;
    const reportId = `${told.terminal} ${String(number)}`;
    const note = { ...told, number, reportId, senders: new Set<string>(), heard: [] };
    this.notes.push(note);
    return note;
  }

  /** Those that no answer was heard of. */
  waiting(terminal: string): readonly Note[] {
    return this.notes.filter((one) => one.terminal === terminal && !one.isLost && one.heard.length === 0);
  }

  /** One call, from a terminal that has the journal: its own, or one that came in its place. */
  async send(notes: readonly Note[], terminal: string, instance: Instance): Promise<Outcome<null>> {
    const call = ++this.#calls;
    for (const { senders } of notes) senders.add(terminal);
    const outcome = await this.#desk.ask(
      `${String(notes.length)} reports`,
      instance,
      terminal,
      async (authenticated) => {
        const reports = notes.map((note, index) => this.#reportOf(note, index, call));
        const { services, authenticator } = instance;
        const asker = { terminal: authenticated, traceId: "0" };
        const received = await receiveReports(services, authenticator, noList, asker, reports);
        if (received.kind === "problem") return received;
        const { outcomes, missing } = received;
        return { kind: "heard", answer: { outcomes, missing } };
      },
    );
    if (outcome.kind !== "answer") return outcome;
    const { outcomes, missing } = outcome.answer;
    this.missing.set(terminal, missing);
    for (const [index, { outcome: what, accessId }] of outcomes.entries())
      notes[index]?.heard.push({ terminal, outcome: what, accessId });
    return { kind: "answer", answer: null };
  }

  #reportOf(note: Note, index: number, call: number): ReadReport {
    const { reportId, number, occurredAt, outcome, guests, grant, pan } = note;
    return {
      kind: "report",
      index,
      reportId: this.#forgetsReportIds ? `${reportId} ${String(call)}` : reportId,
      number,
      occurredAt,
      uncertaintySeconds: 0,
      listVersion: null,
      mode: "BIN_RANGE",
      outcome,
      refusal: null,
      grant,
      guests: { adults: guests, children: 0, freeChildren: 0 },
      payment: null,
      ruleset: null,
      card: { kind: "number", card: { pan, entryMode: "CONTACTLESS" } },
    };
  }
}

async function noList(): Promise<string | null> {
  return await Promise.resolve(null);
}
