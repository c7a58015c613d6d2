import type { Stretch } from "../../../domain/terminal/runningNumbers.ts";
import { type TerminalEvent, terminalStream } from "../../../domain/terminal/events.ts";
import type { TerminalRefusal } from "../../../domain/terminal/commands.ts";
import { deviceName, type TerminalState } from "../../../domain/terminal/life.ts";
import { terminal } from "../../../domain/terminal/terminal.ts";
import type { Position } from "../../../eventlog/log.ts";
import { terminalMeta } from "../../entry/request.ts";
import type { ReportCall } from "./call.ts";
import type { ReportOutcome } from "./report.ts";

/** After the cards' streams: what the terminal's own stream says of a report stands in a card's already. */
export async function recordReports(
  { services, asker, now }: ReportCall,
  outcomes: readonly ReportOutcome[],
): Promise<{ readonly numbers: readonly Stretch[]; readonly position: Position | null }> {
  const { life } = asker.terminal;
  const reports = outcomes.flatMap(({ reportId, number, accessId, outcome, why }) =>
    reportId === null || number === null
      ? []
      : [
          {
            reportId,
            number,
            accessId,
            outcome: outcome === "INVALID" ? ("INVALID" as const) : ("ACCEPTED" as const),
            why,
          },
        ],
  );
  const result = await services.executor.execute<TerminalState, TerminalEvent, TerminalRefusal>(
    services.streams.terminal,
    {
      stream: terminalStream(life.serialNumber),
      meta: terminalMeta(services, life.serialNumber, asker, {
        caller: deviceName(life),
        operation: "offline_reports",
        requestId: services.newId(),
      }),
      decide: (state) =>
        terminal.decide(state, { type: "RecordReports", now, reports: firstOfEach(reports) }),
    },
  );
  // Removed meanwhile: what it told stands in the cards' streams.
  if (result.kind === "refused") return { numbers: life.numbers, position: null };
  return { numbers: result.folded.state?.numbers ?? [], position: result.position };
}

function firstOfEach<One extends { readonly number: number }>(reports: readonly One[]): One[] {
  return [...new Map([...reports].reverse().map((one) => [one.number, one])).values()].reverse();
}
