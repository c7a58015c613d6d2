import { deviceName } from "../../domain/terminal/life.ts";
import type { Problem } from "../problem.ts";
import type { Services } from "../services.ts";
import type { Stored } from "../streams.ts";
import type { AuthenticatedTerminal } from "../terminals/authenticate.ts";
import { type Asker, type PosRequest, terminalMeta } from "./request.ts";
import type { EntryGranted, EntryRejected } from "../../domain/card/events.ts";
import type { AttemptLocation } from "../../domain/card/shapes.ts";
import type { EntryMode } from "../../domain/codes.ts";
import type { LocationBody } from "../../domain/location/events.ts";
import type { RecordLife } from "../../domain/record.ts";
import type { AttemptRefused } from "../../domain/terminal/events.ts";

/** What an attempt comes to: an event in the card's stream, or in that of a terminal that belongs to no location. */
export type Verdict = EntryGranted | EntryRejected | AttemptRefused;

/** A tap that was decided, now or before. */
export type Checked = { readonly kind: "checked"; readonly verdict: Stored<Verdict> } | Problem;

/** A card as it was read. */
export interface PlainCard {
  readonly pan: string;
  /** `YYYY-MM` */
  readonly expiry?: string | undefined;
  readonly entryMode: EntryMode;
  /** The account's reference, the same behind phone and plastic. */
  readonly par?: string | undefined;
  /** The number behind a device's token, where the terminal knows it. */
  readonly tokenOf?: string | undefined;
}

export interface CheckInput extends Asker {
  readonly terminal: AuthenticatedTerminal;
  readonly requestId: string | null;
  readonly card: PlainCard;
}

/** One attempt under way: everything that stays the same however often it is decided. */
export interface Attempt {
  readonly request: PosRequest;
  readonly input: CheckInput;
  readonly accessId: string;
  readonly cardId: string;
  readonly key: string;
}

/** A place of the attempt's, or of another entry of its card, in a budget. */
export function placeOf(services: Services, attempt: Attempt, accessId: string) {
  const { identity: _own, ...meta } = metaOf(services, attempt, 0);
  return { accessId, cardId: attempt.cardId, now: attempt.request.now, meta };
}

/** `generation`: how often it was given up and made again. */
export function metaOf(services: Services, attempt: Attempt, generation: number) {
  const { input, accessId } = attempt;
  const serial = input.terminal.life.serialNumber;
  const requestId = input.requestId === null ? `\t${accessId}` : input.requestId;
  return terminalMeta(services, serial, input, {
    caller: deviceName(input.terminal.life),
    operation: generation === 0 ? "check_entry" : `check_entry-${String(generation)}`,
    requestId,
  });
}

/** Where an attempt takes place, as its event keeps it. */
export function attemptLocation({
  id,
  body,
}: Pick<RecordLife<LocationBody>, "id" | "body">): AttemptLocation {
  const { name, countryCode: country, service, cooldownMinutes, merchantId } = body;
  return { id, name, country, service, cooldownMinutes, merchantId };
}
