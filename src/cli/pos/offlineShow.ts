import type { InvalidReport } from "../../terminalKit/journalLine.ts";
import type { Tapped } from "../../terminalKit/offlineTerminal.ts";
import type { Sent } from "../../terminalKit/reports.ts";
import { cardNote } from "./show.ts";

/** What a simulated terminal shows while its line is down. */

/** `at`: milliseconds. */
export function iso(at: number): string {
  return new Date(at).toISOString();
}

/** Number of the report, decision, and what goes with it. */
export function decisionLine(pan: string, tapped: Tapped): string {
  const card = cardNote(pan);
  switch (tapped.kind) {
    case "admitted": {
      const { due, terms, report } = tapped;
      const paid = due === null ? "nothing due" : `${due.amount} ${due.currency} taken`;
      return `  #${String(report.number)}  ADMITTED  ${card}  ${terms.cost}  ${paid}`;
    }
    case "refused": {
      const number = tapped.report === null ? "not reported" : `#${String(tapped.report.number)}`;
      return `  ${number}  REFUSED  ${card}  ${tapped.why}`;
    }
    case "tooManyGuests":
      return `  not decided  ${card}  with ${String(tapped.terms.guests.max)} guests at most`;
    case "notPaid":
      return `  not decided  ${card}  ${tapped.due.amount} ${tapped.due.currency} were not paid`;
  }
}

export function sentLines(sent: Sent): readonly string[] {
  const { accepted, duplicates, invalid, flagged, missing, refused } = sent;
  return [
    `${String(accepted)} accepted, ${String(duplicates)} known already, ${String(invalid.length)} of no use; ${String(sent.remaining)} left.`,
    ...invalid.map(({ number, why }) => `#${String(number)} is of no use: ${why ?? "no reason given"}`),
    ...flagged.map(({ number, flags }) => `#${String(number)} is looked at: ${flags.join(", ")}`),
    ...refused.map(
      ({ number, status }) => `#${String(number)} was refused with ${String(status)}, and stays.`,
    ),
    ...missing.map(({ from, to }) => `Missing at the server: #${String(from)} to #${String(to)}.`),
  ];
}

interface StatusShown {
  readonly now: string | null;
  readonly uncertaintySeconds: number | null;
  readonly listVersion: string | null;
  readonly listValidUntil: string | null;
  readonly listRefused: string | null;
  readonly nextNumber: number;
  readonly toReport: number;
  readonly invalid: readonly InvalidReport[];
  readonly damagedLines: readonly number[];
}

export function statusLines(shown: StatusShown): readonly string[] {
  const { now, listVersion, listValidUntil, listRefused, invalid, damagedLines } = shown;
  const until = listValidUntil === null ? "" : ` until ${listValidUntil}`;
  return [
    now === null
      ? "It has never heard the server's time: nobody is let in."
      : `It is ${now}, give or take ${String(shown.uncertaintySeconds)} s.`,
    listVersion === null
      ? `No list counts${listRefused === null ? "" : ` (${listRefused})`}.`
      : `List ${listVersion} counts${until}.`,
    `${String(shown.toReport)} to report; the next has number ${String(shown.nextNumber)}.`,
    ...invalid.map(({ number, why }) => `#${String(number)} was of no use: ${why ?? "no reason given"}`),
    ...damagedLines.map((line) => `Line ${String(line)} of the journal is damaged: what it said is lost.`),
  ];
}
