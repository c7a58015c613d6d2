import type { CommandRow } from "../../database/readModels.ts";
import type { CommandEvent } from "../../domain/command/events.ts";
import type { Projection } from "../projection.ts";
import { Rows, type Table } from "../rows.ts";

/** What devices were asked to do, and what became of it. Shown; a decision reads the stream itself. */

const commands: Table<CommandRow> = {
  name: "device_commands",
  primaryKey: ["command_id"],
  json: [],
  key: (row) => row.command_id,
};

export const commandsProjection: Projection = {
  name: "commands",
  version: 1,
  tables: ["device_commands"],
  wants: new Set(["command"]),
  apply: async (client, events, writes) => {
    const changes = events.flatMap(({ kind, id, event }) => (kind === "command" ? [{ id, event }] : []));
    const ids = [...new Set(changes.map(({ id }) => id))];
    const rows = await Rows.read(client, commands, "command_id", ids);
    for (const { id, event } of changes) {
      const next = evolve(rows.get(id), event);
      if (next !== undefined) rows.put(next);
    }
    await rows.save(client, writes);
  },
};

function evolve(row: CommandRow | undefined, event: CommandEvent): CommandRow | undefined {
  const changed_at = new Date(event.data.at);
  if (event.type === "CommandQueued") {
    const { data } = event;
    return {
      command_id: data.commandId,
      serial_number: data.serialNumber,
      action: data.action,
      status: "QUEUED",
      failure_code: null,
      late: null,
      amount: data.transfer?.amount.amount ?? null,
      currency: data.transfer?.amount.currency ?? null,
      by_id: data.by.id,
      by_role: data.by.role,
      queued_at: changed_at,
      expires_at: new Date(data.expiresAt),
      changed_at,
    };
  }
  if (row === undefined) return undefined;
  switch (event.type) {
    case "CommandDispatched":
      return { ...row, status: "DISPATCHED", changed_at };
    case "CommandSucceeded":
      return { ...row, status: "SUCCEEDED", changed_at };
    case "CommandFailed":
      return { ...row, status: "FAILED", failure_code: event.data.code, changed_at };
    case "CommandCancelled":
      return { ...row, status: "CANCELLED", failure_code: event.data.code, changed_at };
    case "CommandTimedOut":
      return { ...row, status: "TIMED_OUT", failure_code: event.data.code, changed_at };
    case "CommandAnsweredLate":
      return { ...row, late: event.data.outcome, changed_at };
    case "SaleReversalBegun":
    case "SaleReversalEnded":
      return { ...row, changed_at };
  }
}
