import { terminalStream } from "../../domain/terminal/events.ts";
import { location as locationStream, type LocationBody } from "../../domain/location/events.ts";
import { MESSAGES_STREAM } from "../../domain/messages/messages.ts";
import type { RecordLife } from "../../domain/record.ts";
import type { OpenCard, Opening, RequestKey } from "../gate/opening.ts";
import type { Problem } from "../problem.ts";
import type { Patience } from "../patience.ts";
import type { Services } from "../services.ts";
import type { CommandMeta } from "../streams.ts";
import type { AuthenticatedTerminal, TerminalAuthenticator } from "../terminals/authenticate.ts";

/** Whose request it is, and who waits for its answer. */
export interface Asker {
  readonly traceId: string;
  readonly patience?: Patience | undefined;
}

/** A terminal's request that has passed the gate: the terminal, its place and the time are fresh. */
export interface PosRequest {
  readonly kind: "request";
  readonly terminal: AuthenticatedTerminal;
  /** Null while the terminal belongs to no location, or its location was deleted. */
  readonly location: RecordLife<LocationBody> | null;
  readonly opening: Opening;
  /** Business time, in milliseconds. */
  readonly now: number;
}

export interface Asked {
  readonly request: RequestKey | null;
  readonly accessId: string | null;
  readonly card: OpenCard | null;
}

/** Only what is fresh is asked for. */
export const NOTHING_ASKED: Asked = { request: null, accessId: null, card: null };

/** One round trip, then terminal and location as of the heads that it read. */
export async function openPosRequest(
  services: Services,
  authenticator: TerminalAuthenticator,
  terminal: AuthenticatedTerminal,
  asked: Asked,
): Promise<PosRequest | Problem> {
  const { serialNumber, locationId } = terminal.life;
  const streams = [terminalStream(serialNumber), locationStream.stream(locationId ?? ""), MESSAGES_STREAM];
  const opening = await services.gate.open({ streams, ...asked });
  const confirmed = await authenticator.confirm(terminal, opening.heads[0] ?? -1);
  if (confirmed.kind === "problem") return confirmed;
  const moved = confirmed.life.locationId !== locationId;
  const location = await locationOf(
    services,
    confirmed.life.locationId,
    moved ? null : (opening.heads[1] ?? -1),
  );
  return {
    kind: "request",
    terminal: confirmed,
    location,
    opening,
    now: services.now() + opening.clockOffset,
  };
}

async function locationOf(
  services: Services,
  id: string | null,
  head: number | null,
): Promise<RecordLife<LocationBody> | null> {
  if (id === null) return null;
  const stream = locationStream.stream(id);
  const atLeast = head ?? (await services.gate.freshness([stream])).heads[0] ?? -1;
  const { state } = await services.streams.location.load(stream, atLeast);
  return state === null || state.deleted ? null : state;
}

/** The revision of the stream of texts that the terminal's screen is told by; -1: nothing was ever changed. */
export async function textsOf(services: Services, { opening }: Pick<PosRequest, "opening">): Promise<number> {
  const head = opening.heads[2] ?? -1;
  return head < 0 ? -1 : (await services.streams.messages.load(MESSAGES_STREAM, head)).revision;
}

/** What events record of a terminal's command. */
export function terminalMeta(
  services: Services,
  serialNumber: string,
  { traceId, patience }: Pick<Asker, "traceId" | "patience">,
  identity: CommandMeta["identity"],
): CommandMeta {
  return {
    actor: { kind: "terminal", id: serialNumber },
    correlationId: traceId,
    causationId: `${identity.operation}:${identity.requestId}`,
    recordedAt: services.now(),
    identity,
    patience,
  };
}
