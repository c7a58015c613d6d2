import { createPublicKey } from "node:crypto";
import { KEY_RETIRES_AFTER } from "../../domain/policies.ts";
import type { Instant } from "../../domain/time.ts";
import type { TerminalRefusal } from "../../domain/terminal/commands.ts";
import type { Position } from "../../eventlog/log.ts";
import type { PosRequest } from "../entry/request.ts";
import { invalid, type Problem, problem } from "../problem.ts";
import type { Services } from "../services.ts";
import { takeRotation } from "../wrongTries.ts";
import { type BroughtKeys, flawAmong, readBroughtKeys } from "./broughtKeys.ts";
import { ownCommand } from "./ownCommand.ts";
import { readSignedToken } from "./signedToken.ts";

export interface NewKeys {
  readonly publicKey: string;
  readonly encryptionKey: Readonly<Record<string, unknown>> | undefined;
  /** A token that the new key has signed. */
  readonly proof: string;
}

export interface Rotated {
  readonly kind: "rotated";
  /** Until then the key before counts as well; null: it does not any more. */
  readonly retiresAt: Instant | null;
  readonly position: Position | null;
}

/**
 * Replaces the key of a terminal that has proven itself by its present one. The new one proves itself as well, so that
 * nobody locks a terminal out by a key that it does not have.
 */
export async function rotateTerminalKey(
  services: Services,
  { terminal, now }: PosRequest,
  input: NewKeys,
  traceId: string,
): Promise<Rotated | Problem> {
  const { serialNumber } = terminal.life;
  const keys = await readKeys(services, serialNumber, input);
  if (keys.kind === "problem") return keys;
  const tooMany = await takeRotation(services, serialNumber);
  if (tooMany !== null) return tooMany;
  // The present key was looked at when it came: asked again, it is not looked at so long once more.
  const flaw = isPresent(terminal.life.credential, keys) ? null : await flawAmong(keys.moduli);
  if (flaw !== null) return flaw;
  const { publicKey, encryptionKey } = keys;
  const credentialId = services.newId();
  const own = { serialNumber, traceId, operation: "rotate-key", requestId: credentialId };
  const done = await ownCommand(services, own, {
    ...{ type: "RotateKey", now, provenBy: terminal.credentialId, credentialId, publicKey, encryptionKey },
    // Tokens go by real time, whatever a test clock says.
    retiresAt: services.now() + KEY_RETIRES_AFTER,
  });
  if (done.kind === "refused") return refused(services, done.refusal);
  const retiring = done.folded.state?.retiring ?? null;
  return { kind: "rotated", retiresAt: retiring?.until ?? null, position: done.position };
}

async function readKeys(
  services: Services,
  serialNumber: string,
  input: NewKeys,
): Promise<BroughtKeys | Problem> {
  const keys = await readBroughtKeys(input);
  if (keys.kind === "problem") return keys;
  const der = { key: Buffer.from(keys.publicKey, "base64"), format: "der", type: "spki" } as const;
  const signed = { key: createPublicKey(der), serialNumber, now: services.now() };
  const said = await readSignedToken(input.proof, signed);
  return said.kind === "good"
    ? keys
    : invalid("/proof", `a token signed by the new key is wanted: ${said.why}`);
}

function isPresent(credential: PosRequest["terminal"]["life"]["credential"], keys: BroughtKeys): boolean {
  const isKnown = credential?.proof.kind === "KEY" && credential.proof.publicKey === keys.publicKey;
  return isKnown && keys.encryptionKey === null;
}

function refused(services: Services, { code }: TerminalRefusal): Problem {
  switch (code) {
    case "KEY_RETIRED":
      return problem("KEY_RETIRED");
    case "NO_KEY":
      return problem(
        "FORBIDDEN",
        "This terminal proves itself by a token that it was given, or by a certificate: it has no key to replace here.",
      );
    case "NOT_FOUND":
    case "NOT_PAIRED":
      return problem("UNAUTHENTICATED", "The terminal is not paired any more.", {
        members: { serverTime: new Date(services.now()).toISOString() },
      });
    case "SUSPENDED":
    case "ALREADY_EXISTS":
    case "ALREADY_PAIRED":
    case "PAIRING_REFUSED":
    case "CLAIM_REFUSED":
    case "CODE_EXPIRED":
    case "CODE_USED":
    case "NOT_CLAIMED":
    case "NOT_ATTESTED":
    case "CERTIFICATE_REPLACED":
    case "VERSION_CONFLICT":
      throw new Error(`a key's rotation was refused with ${code}`);
  }
}
