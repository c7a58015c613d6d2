import type { Json } from "../../domain/json.ts";
import { isOpen } from "../../domain/terminal/claimState.ts";
import type { TerminalCommand, TerminalRefusal } from "../../domain/terminal/commands.ts";
import { terminalStream } from "../../domain/terminal/events.ts";
import type { TerminalLife } from "../../domain/terminal/life.ts";
import type { Position } from "../../eventlog/log.ts";
import { keyFlaw } from "../../vault/terminalKeys.ts";
import { businessNow } from "../businessClock.ts";
import { invalid, type Problem, problem } from "../problem.ts";
import type { Services } from "../services.ts";
import { ownCommand } from "../terminals/ownCommand.ts";
import { registerCode, takeAsking } from "../wrongTries.ts";
import { drawCode } from "../pointingCodes.ts";
import { CLAIM_CODES } from "./codes.ts";
import { isSignedBy, notSigned, type SignedRequest, takeNonce } from "./signedRequest.ts";

/** What a device does to be claimed, each step by a request that it has signed. */

export interface Issued {
  readonly kind: "issued";
  readonly code: string;
  readonly expiresAt: number;
  readonly position: Position | null;
}

/**
 * A code for the device to show. Whoever may not have one is told so alike: a serial number that nobody registered, one
 * that is claimed, paired, suspended or removed, and one whose code another device shows.
 */
export async function askForCode(
  services: Services,
  request: SignedRequest,
  publicKey: { readonly key: string; readonly n: bigint | null },
  traceId: string,
): Promise<Issued | Problem> {
  const { key } = publicKey;
  if (!(await isSignedBy(services, request, key))) return notSigned(services);
  const { deviceId } = request;
  const now = await businessNow(services);
  const { state } = await services.streams.terminal.refresh(terminalStream(deviceId));
  if (state === null || !mayAsk(state, key, now)) return notForYou();
  if (!(await takeNonce(services, request, key))) return notSigned(services);
  const isKnown = state.claim.status !== "NONE" && state.claim.publicKey === key;
  const flaw = isKnown ? null : await keyFlaw(publicKey.n);
  if (flaw !== null) return invalid("/public_key", flaw);
  const tooMany = await takeAsking(services, `${deviceId} ${key}`);
  if (tooMany !== null) return tooMany;
  const drawn = await drawCode(services, CLAIM_CODES, deviceId);
  const { codeId, codeHash } = drawn;
  const own = {
    ...{ serialNumber: deviceId, traceId, operation: "claim-code" },
    before: async () => {
      await registerCode(services, codeId);
    },
  };
  const command = { type: "AskClaimCode", now, codeId, codeHash, publicKey: key } as const;
  const done = await ownCommand(services, own, command);
  const claim = done.folded.state?.claim ?? null;
  if (done.kind === "refused" || claim === null || claim.status === "NONE") {
    await drawn.forget();
    return notForYou();
  }
  return { kind: "issued", code: drawn.code, expiresAt: claim.expiresAt, position: done.position };
}

/** Looked at before anything is kept of the request; the command decides. */
function mayAsk({ status, claim }: TerminalLife, key: string, now: number): boolean {
  if (status !== "REGISTERED") return false;
  return claim.status === "NONE" || !isOpen(claim, now) || claim.publicKey === key;
}

function notForYou(): Problem {
  return problem("PAIRING_REFUSED", "This device can't have a pairing code now");
}

export interface Recognized {
  readonly kind: "recognized";
  readonly life: TerminalLife;
  /** By which it asked for its code. */
  readonly publicKey: string;
}

/** The device that asked for the code, by the key that it asked with. */
export async function recognize(services: Services, request: SignedRequest): Promise<Recognized | Problem> {
  const { state } = await services.streams.terminal.refresh(terminalStream(request.deviceId));
  if (state === null || state.claim.status === "NONE") return notSigned(services);
  const { publicKey } = state.claim;
  const isItself =
    (await isSignedBy(services, request, publicKey)) && (await takeNonce(services, request, publicKey));
  return isItself ? { kind: "recognized", life: state, publicKey } : notSigned(services);
}

export type Advanced =
  | { readonly kind: "advanced"; readonly life: TerminalLife; readonly position: Position | null }
  | { readonly kind: "refused"; readonly refusal: TerminalRefusal };

export async function attestDevice(
  services: Services,
  device: Recognized,
  traceId: string,
): Promise<Advanced> {
  const now = await businessNow(services);
  const command: TerminalCommand = { type: "Attest", now, publicKey: device.publicKey };
  return await advance(services, device, traceId, "attest", command);
}

export async function activateDevice(
  services: Services,
  device: Recognized,
  encryptionKey: Json | null,
  traceId: string,
): Promise<Advanced> {
  const now = await businessNow(services);
  const { publicKey } = device;
  const credentialId = services.newId();
  const command: TerminalCommand = { type: "Activate", now, credentialId, publicKey, encryptionKey };
  return await advance(services, device, traceId, "activate", command);
}

async function advance(
  services: Services,
  { life: { serialNumber } }: Recognized,
  traceId: string,
  operation: string,
  command: TerminalCommand,
): Promise<Advanced> {
  const done = await ownCommand(services, { serialNumber, traceId, operation }, command);
  if (done.kind === "refused") return { kind: "refused", refusal: done.refusal };
  const life = done.folded.state;
  if (life === null) throw new Error("a device that was recognized is there");
  return { kind: "advanced", life, position: done.position };
}
