import { toMinor } from "../money.ts";
import { instant } from "../time.ts";
import type { CommandEvent } from "./events.ts";
import type { CommandLife, CommandState } from "./life.ts";

export function evolve(state: CommandState, event: CommandEvent): CommandLife {
  const at = instant(event.data.at);
  if (event.type === "CommandQueued") return queued(event);
  if (state === null) throw new Error(`${event.type} before CommandQueued`);
  const next = { ...state, revision: state.revision + 1, changedAt: at };
  switch (event.type) {
    case "CommandDispatched":
      return { ...next, status: "DISPATCHED" };
    case "CommandSucceeded":
      return { ...next, status: "SUCCEEDED", card: event.data.card };
    case "CommandFailed": {
      const { code, message, card } = event.data;
      return { ...next, status: "FAILED", failure: { code, message }, card };
    }
    case "CommandCancelled": {
      const { code, message } = event.data;
      return { ...next, status: "CANCELLED", failure: { code, message } };
    }
    case "CommandTimedOut": {
      const { code, message } = event.data;
      return { ...next, status: "TIMED_OUT", failure: { code, message } };
    }
    case "CommandAnsweredLate":
      return { ...next, late: event.data.outcome };
    case "SaleReversalBegun": {
      const { reversalId: id, amount } = event.data;
      const begun = { id, minor: toMinor(amount), isOver: false };
      return { ...next, reversals: [...state.reversals, begun] };
    }
    case "SaleReversalEnded": {
      const reversals = state.reversals.map((one) =>
        one.id === event.data.reversalId ? { ...one, isOver: true } : one,
      );
      return { ...next, reversals };
    }
  }
}

function queued({ data }: Extract<CommandEvent, { type: "CommandQueued" }>): CommandLife {
  const { commandId: id, serialNumber, action, transfer, cancels, by, fingerprint } = data;
  return {
    id,
    revision: 0,
    serialNumber,
    action,
    status: "QUEUED",
    transfer,
    cancels,
    queuedAt: instant(data.at),
    expiresAt: instant(data.expiresAt),
    changedAt: instant(data.at),
    by,
    fingerprint,
    failure: null,
    card: null,
    late: null,
    reversals: [],
  };
}
