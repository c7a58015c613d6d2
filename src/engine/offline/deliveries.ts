import { type ListKind, type TerminalEvent, terminalStream } from "../../domain/terminal/events.ts";
import type { TerminalRefusal } from "../../domain/terminal/commands.ts";
import { deviceName, type TerminalState } from "../../domain/terminal/life.ts";
import { terminal } from "../../domain/terminal/terminal.ts";
import { instant } from "../../domain/time.ts";
import { type Asker, type PosRequest, terminalMeta } from "../entry/request.ts";
import type { Services } from "../services.ts";

/**
 * Writes down that a terminal may decide by a list, before the terminal hears of it: a report that names the list is judged
 * by it. The same list is worth an event only where it counts for an hour longer than was written.
 */
export async function recordDelivery(
  services: Services,
  asker: Pick<Asker, "traceId" | "patience">,
  { terminal: { life }, now }: Pick<PosRequest, "terminal" | "now">,
  sent: { readonly list: ListKind; readonly version: string; readonly validUntil: string },
): Promise<void> {
  const validUntil = instant(sent.validUntil);
  const { list, version } = sent;
  const command = { type: "RecordList", now, list, version, validUntil } as const;
  // As of what the request's round trip read: mostly there is nothing to be written, and nothing to be asked.
  const decision = terminal.decide(life, command);
  if (decision.kind === "accepted" && decision.events.length === 0) return;
  await services.executor.execute<TerminalState, TerminalEvent, TerminalRefusal>(services.streams.terminal, {
    stream: terminalStream(life.serialNumber),
    meta: terminalMeta(services, life.serialNumber, asker, {
      caller: deviceName(life),
      operation: `list-${list}-${sent.validUntil}`,
      requestId: version,
    }),
    decide: (state) => terminal.decide(state, command),
  });
}
