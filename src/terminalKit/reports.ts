import type { Journal } from "./journal.ts";
import type { InvalidReport } from "./journalLine.ts";
import {
  type Missing,
  type Report,
  type ReportOutcome,
  type ReportsAnswer,
  type ReportsBody,
  reportsAnswer,
} from "./reportShape.ts";

/** Carries the journal to the server: `POST /pos/offline_reports`, in batches, until nothing is left or nobody answers. */

/** At most so many in one call. */
export const MOST_REPORTS = 1_000;

/** What came back; null: nobody answered, or nobody knows whether the call has arrived. */
export type Send = (body: ReportsBody) => Promise<{ readonly status: number; readonly body: unknown } | null>;

export interface Sent {
  readonly accepted: number;
  /** The server had them already: the answer to an earlier call was lost. */
  readonly duplicates: number;
  /** The entries that the server has made of them. */
  readonly accessIds: readonly string[];
  /** To be shown to the operator of the terminal. */
  readonly invalid: readonly InvalidReport[];
  /** Reports that the server looks at once more, by their numbers. */
  readonly flagged: readonly { readonly number: number; readonly flags: readonly string[] }[];
  /** Numbers of reports that the server never got, as its last answer says. */
  readonly missing: Missing;
  /** Refused alone, and kept: the number, and the status of the refusal. */
  readonly refused: readonly { readonly number: number; readonly status: number }[];
  /** Reports that are still here. */
  readonly remaining: number;
  /** Why there was no next call: all were told, or the status that says to come back later; null: no line. */
  readonly endedBy: "ALL_TOLD" | number | null;
}

/** Reports to send next: up to `most`, in the order of their numbers, from `from` on. */
export function nextBatch(journal: Journal, most: number = MOST_REPORTS, from = 1): readonly Report[] {
  return journal
    .pending()
    .filter(({ number }) => number >= from)
    .slice(0, most);
}

/**
 * A call that is refused as a whole (413, 422) is sent again in halves; one that is refused alone is kept, and those behind
 * it are sent. After anything else but 200 everything is kept for later.
 */
export async function sendReports(journal: Journal, send: Send): Promise<Sent> {
  const told = new Told();
  let [from, most] = [1, MOST_REPORTS];
  for (;;) {
    const batch = nextBatch(journal, most, from);
    const [first] = batch;
    const last = batch.at(-1);
    if (first === undefined || last === undefined) return told.sent(journal, "ALL_TOLD");
    const answer = await send({ reports: batch });
    if (answer === null) return told.sent(journal, null);
    const parsed = answer.status === 200 ? reportsAnswer.safeParse(answer.body) : null;
    if (parsed?.success === true) {
      await told.take(journal, batch, parsed.data);
      // What the answer left out stays, and is not asked for again in this round.
      from = last.number + 1;
      most = MOST_REPORTS;
    } else if (answer.status !== 413 && answer.status !== 422) {
      return told.sent(journal, answer.status);
    } else if (batch.length > 1) {
      most = Math.ceil(batch.length / 2);
    } else {
      told.refused.push({ number: first.number, status: answer.status });
      from = first.number + 1;
      most = MOST_REPORTS;
    }
  }
}

class Told {
  #accepted = 0;
  #duplicates = 0;
  #missing: Missing = [];
  readonly #accessIds: string[] = [];
  readonly #invalid: InvalidReport[] = [];
  readonly #flagged: { readonly number: number; readonly flags: readonly string[] }[] = [];
  readonly refused: { readonly number: number; readonly status: number }[] = [];

  async take(journal: Journal, batch: readonly Report[], answer: ReportsAnswer): Promise<void> {
    const outcomes = named(batch, answer);
    await journal.acknowledge(outcomes);
    this.#missing = answer.missing;
    for (const { outcome, reportId, number, accessId, why, flags } of outcomes) {
      if (outcome === "ACCEPTED") this.#accepted++;
      else if (outcome === "DUPLICATE") this.#duplicates++;
      else this.#invalid.push({ reportId, number, why });
      if (accessId !== null) this.#accessIds.push(accessId);
      if (flags.length > 0) this.#flagged.push({ number, flags });
    }
  }

  sent(journal: Journal, endedBy: Sent["endedBy"]): Sent {
    return {
      accepted: this.#accepted,
      duplicates: this.#duplicates,
      accessIds: this.#accessIds,
      invalid: this.#invalid,
      flagged: this.#flagged,
      missing: this.#missing,
      refused: this.refused,
      remaining: journal.pending().length,
      endedBy,
    };
  }
}

/** Each outcome with the report that it is about; what is about none of these is left out. */
function named(batch: readonly Report[], { reports }: ReportsAnswer): readonly ReportOutcome[] {
  return reports.flatMap((one, place) => {
    const asked = one.reportId === null || one.number === null ? batch[place] : one;
    const { reportId = null, number = null } = asked ?? {};
    const isOurs = batch.some((report) => report.reportId === reportId && report.number === number);
    return isOurs && reportId !== null && number !== null ? [{ ...one, reportId, number }] : [];
  });
}
