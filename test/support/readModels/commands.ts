import { last, type ReadLog } from "./log.ts";
import type { Row } from "./row.ts";

const ENDS = ["CommandSucceeded", "CommandFailed", "CommandCancelled", "CommandTimedOut"] as const;
const STATUS = {
  CommandSucceeded: "SUCCEEDED",
  CommandFailed: "FAILED",
  CommandCancelled: "CANCELLED",
  CommandTimedOut: "TIMED_OUT",
} as const;

/** One row a command: what was asked, and the last that was said of it. */
export function commandRows({ commands }: ReadLog): readonly Row[] {
  return [...commands.values()].flatMap((events) => {
    const queued = last(events, "CommandQueued")?.event.data;
    if (queued === undefined) return [];
    const end = last(events, ...ENDS)?.event;
    const isDispatched = last(events, "CommandDispatched") !== undefined;
    const code = end !== undefined && "code" in end.data ? end.data.code : null;
    return [
      {
        command_id: queued.commandId,
        serial_number: queued.serialNumber,
        action: queued.action,
        status: end === undefined ? (isDispatched ? "DISPATCHED" : "QUEUED") : STATUS[end.type],
        failure_code: code,
        late: last(events, "CommandAnsweredLate")?.event.data.outcome ?? null,
        amount: queued.transfer?.amount.amount ?? null,
        currency: queued.transfer?.amount.currency ?? null,
        by_id: queued.by.id,
        by_role: queued.by.role,
        queued_at: new Date(queued.at),
        expires_at: new Date(queued.expiresAt),
        changed_at: new Date(events.at(-1)?.event.data.at ?? queued.at),
      },
    ];
  });
}
