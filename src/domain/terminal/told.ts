import { accept, type Decision } from "../decider.ts";
import { HOUR, iso } from "../time.ts";
import type { TerminalCommand, TerminalRefusal } from "./commands.ts";
import type { TerminalEvent } from "./events.ts";
import type { TerminalLife } from "./life.ts";
import { isKnownNumber } from "./runningNumbers.ts";

/** What a terminal was sent, and what it told: no part of how it came in. */
export function recordTold(
  state: TerminalLife,
  command: Extract<TerminalCommand, { type: "RecordList" | "RecordReports" | "RefuseAttempt" }>,
  at: string,
): Decision<TerminalEvent, TerminalRefusal> {
  switch (command.type) {
    case "RecordList": {
      const { list, version, validUntil } = command;
      const last = state.lists.findLast((one) => one.list === list);
      // Each answer counts for a little longer: only by the hour is it worth an event.
      const isKnown = last?.version === version && validUntil < last.validUntil + HOUR;
      if (isKnown) return accept();
      return accept({ type: "ListSent", data: { at, list, version, validUntil: iso(validUntil) } });
    }
    case "RecordReports": {
      const reports = command.reports.filter(({ number }) => !isKnownNumber(state.numbers, number));
      return reports.length === 0 ? accept() : accept({ type: "ReportsReceived", data: { at, reports } });
    }
    case "RefuseAttempt": {
      const { accessId, requestId, cardId, entryMode, screen } = command;
      const data = { at, accessId, requestId, cardId, code: "UNKNOWN_DEVICE" as const, entryMode };
      return accept({ type: "AttemptRefused", data: screen === undefined ? data : { ...data, screen } });
    }
  }
}
