import { type CardEvent, cardStream } from "../../domain/card/events.ts";
import type { Entry } from "../../domain/card/entry.ts";
import type { CardState } from "../../domain/card/state.ts";
import { deviceName, isOfThisDevice } from "../../domain/terminal/life.ts";
import { requestFingerprint, sameHash } from "../../vault/hashing.ts";
import { type Problem, problem } from "../problem.ts";
import type { Services } from "../services.ts";
import type { CommandMeta, Stored } from "../streams.ts";
import type { AuthenticatedTerminal, TerminalAuthenticator } from "../terminals/authenticate.ts";
import { entryNotFound } from "./refusals.ts";
import { type Asker, openPosRequest, type PosRequest, terminalMeta } from "./request.ts";

/** What a terminal asks of an entry that it was granted begins here, whether it confirms, cancels or asks for a quote. */

export interface EntryInput extends Asker {
  readonly terminal: AuthenticatedTerminal;
  readonly requestId: string | null;
  readonly accessId: string;
}

/** Finds the card of an access id whose register row was lost in a crash: the read model knows it, a moment later. */
export type FindCard = (accessId: string) => Promise<string | null | Problem>;

/** Found, and not asked for anything else under the same request id. */
export interface OpenedEntry {
  readonly kind: "opened";
  readonly request: PosRequest;
  readonly cardId: string;
  readonly stream: string;
  readonly meta: CommandMeta;
}

type EntryOperation = "confirm_entry" | "cancel_entry" | "quote_entry";

/** @param content what makes the request another one */
export async function openEntry(
  services: Services,
  authenticator: TerminalAuthenticator,
  findCard: FindCard,
  input: EntryInput,
  operation: EntryOperation,
  content: unknown,
): Promise<OpenedEntry | Problem> {
  const terminal = deviceName(input.terminal.life);
  const fingerprint = requestFingerprint(services.keyring, [input.accessId, content]);
  const { requestId } = input;
  const request = await openPosRequest(services, authenticator, input.terminal, {
    request: requestId === null ? null : { terminal, operation, requestId, fingerprint },
    accessId: input.accessId,
    card: null,
  });
  if (request.kind === "problem") return request;
  const { claim } = request.opening;
  if (claim.kind === "known" && !sameHash(claim.fingerprint, fingerprint))
    return problem("REQUEST_ID_REUSED");
  const cardId = request.opening.cardId ?? (await findCard(input.accessId));
  if (cardId === null) return entryNotFound();
  if (typeof cardId !== "string") return cardId;
  const meta = terminalMeta(services, input.terminal.life.serialNumber, input, {
    caller: "card",
    operation,
    requestId: input.accessId,
  });
  return { kind: "opened", request, cardId, stream: cardStream(cardId), meta };
}

/** The entry, if it was granted at this very device. */
export function ownEntry(state: CardState, { accessId, terminal: { life } }: EntryInput): Entry | undefined {
  const entry = state.entries.get(accessId);
  const isOwn = entry?.terminal === life.serialNumber && isOfThisDevice(life, entry.at);
  return isOwn ? entry : undefined;
}

/** An event of the entry's: of those that were just stored, or as it stands in the stream. */
export async function eventOf(
  services: Services,
  stream: string,
  stored: readonly Stored<CardEvent>[],
  revision: number,
): Promise<Stored<CardEvent>> {
  const found =
    stored.find((one) => one.revision === revision) ??
    (await services.streams.card.eventAt(stream, revision));
  if (found === null) throw new Error(`${stream} has no revision ${String(revision)}`);
  return found;
}
