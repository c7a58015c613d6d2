import type { Decided } from "../../../src/terminalKit/journal.ts";
import type { Report, ReportOutcome, ReportsBody } from "../../../src/terminalKit/reportShape.ts";

export const RULESET = "01J00000000000000000000RA1";

/** A decision about a card, as a terminal writes it down. */
export function decided(
  number: number,
  card: string,
  at: number,
  { reportId = `r-${number}`, ...more }: Partial<Report> = {},
): Decided {
  const report: Report = {
    reportId,
    number,
    occurredAt: new Date(at).toISOString(),
    uncertaintySeconds: 1,
    listVersion: "v1",
    mode: "BIN_RANGE",
    ruleset: { id: RULESET, version: 3 },
    card: { jwe: `sealed ${card}` },
    guests: { adults: 0, children: 0, freeChildren: 0 },
    outcome: "ADMITTED",
    ...more,
  };
  return { report, card };
}

/** What a server would answer for these. */
export function outcomes(
  { reports }: ReportsBody,
  outcome: ReportOutcome["outcome"] = "ACCEPTED",
): ReportOutcome[] {
  return reports.map(({ reportId, number }) => ({
    reportId,
    number,
    outcome,
    accessId: outcome === "INVALID" ? null : `a-${reportId}`,
    flags: [],
    why: outcome === "INVALID" ? "the card can't be opened" : null,
  }));
}

/** Keeps every report for ever, whatever of its answers gets lost. */
export class ServerModel {
  readonly byId = new Map<string, Report>();

  receive(body: ReportsBody): {
    readonly reports: ReportOutcome[];
    readonly missing: { from: number; to: number }[];
  } {
    const reports = body.reports.map((report) => {
      const before = this.byId.get(report.reportId);
      this.byId.set(report.reportId, before ?? report);
      return { ...report, outcome: before === undefined ? ("ACCEPTED" as const) : ("DUPLICATE" as const) };
    });
    return {
      reports: reports.map(({ reportId, number, outcome }) => ({
        reportId,
        number,
        outcome,
        accessId: `a-${reportId}`,
        flags: [],
        why: null,
      })),
      missing: [],
    };
  }

  numbers(): number[] {
    return [...this.byId.values()].map(({ number }) => number).sort((a, b) => a - b);
  }
}
