import type { z } from "zod";
import { enrollment, type EnrollmentLife, statusAt } from "../../domain/enrollment/enrollment.ts";
import { enrollmentStream } from "../../domain/enrollment/events.ts";
import type { Json } from "../../domain/json.ts";
import type { Proof } from "../../domain/terminal/credential.ts";
import { terminalStream } from "../../domain/terminal/events.ts";
import { isPaired, type TerminalLife } from "../../domain/terminal/life.ts";
import type { serialNumber } from "../../domain/terminal/input.ts";
import type { Position } from "../../eventlog/log.ts";
import { exclusively, LOCKS } from "../exclusively.ts";
import { findRecord } from "../management/records.ts";
import { locationKind } from "../management/hierarchy.ts";
import { type Problem, problem } from "../problem.ts";
import type { Services } from "../services.ts";
import { makeBearerToken } from "../terminals/bearerToken.ts";
import { ownCommand, ownCommandOn } from "../terminals/ownCommand.ts";
import { sameBesidesZeros } from "../terminals/serialNumbers.ts";
import { takePairingTry } from "../wrongTries.ts";
import { enrollmentOfCode } from "./codes.ts";

export interface Arrival {
  readonly code: string;
  /** The device's own: its serial number here. */
  readonly serialNumber: z.infer<typeof serialNumber>;
  readonly name: string | null;
  readonly platform: string | null;
  /** SPKI, DER, base64; null for a device that gets a token instead. */
  readonly publicKey: string | null;
  readonly encryptionKey: Json | null;
  /** What is wrong with its keys; only whoever knows the code has us look for so long. */
  readonly flaw: () => Promise<Problem | null>;
}

export interface Arrived {
  readonly kind: "arrived";
  readonly life: TerminalLife;
  /** Shown this once; null for a device with a key of its own. */
  readonly token: string | null;
  readonly position: Position | null;
}

/**
 * A device comes by its code alone (enroll-device.md, "Register device"). Wrong, unknown, expired, cancelled and used
 * codes are answered alike. The code is used up in one step, by one device; only then is the device written down, so that
 * a device whose reply was lost before that may ask again.
 */
export async function registerDevice(
  services: Services,
  arrival: Arrival,
  call: { readonly remote: string; readonly traceId: string },
): Promise<Arrived | Problem> {
  const { clockOffset } = await services.gate.freshness([]);
  const now = services.now() + clockOffset;
  const id = await enrollmentOfCode(services, arrival.code);
  // A stream is read for a code that nobody has, too: it takes as long.
  const life = await enrollmentNow(services, id ?? NOBODYS);
  const isGuessable = life !== null && statusAt(life, now) === "PENDING";
  const isItsOwn = life?.device?.serialNumber === arrival.serialNumber;
  const code = life !== null && (isGuessable || isItsOwn) ? { id: life.id, tries: 0 } : null;
  const taken = await takePairingTry(services, call.remote, code);
  if (taken.kind === "problem") return taken;
  if (life === null || code === null) return taken.wrong;
  const flaw = await arrival.flaw();
  const answer =
    flaw ??
    (await exclusively(
      services,
      LOCKS.places,
      async () => await arrive(services, { arrival, life, now, wrong: taken.wrong, traceId: call.traceId }),
    ));
  if (answer !== taken.wrong) await taken.giveBack();
  return answer;
}

/** No enrollment's id. */
const NOBODYS = "nobodys";

export async function enrollmentNow(services: Services, id: string): Promise<EnrollmentLife | null> {
  return (await services.streams.enrollment.refresh(enrollmentStream(id))).state;
}

interface Arriving {
  readonly arrival: Arrival;
  readonly life: EnrollmentLife;
  /** Business time. */
  readonly now: number;
  readonly wrong: Problem;
  readonly traceId: string;
}

async function arrive(services: Services, arriving: Arriving): Promise<Arrived | Problem> {
  const { arrival, life, wrong } = arriving;
  const { serialNumber, publicKey } = arrival;
  const { state: known } = await services.streams.terminal.refresh(terminalStream(serialNumber));
  if (known !== null && known.status !== "REVOKED") {
    // Whoever signs with the same key has its answer once more: there is no token that would be shown again.
    const { proof } = known.credential ?? {};
    const again = known.about?.enrollmentId === life.id && isPaired(known) && proof?.kind === "KEY";
    if (again && proof.publicKey === publicKey)
      return { kind: "arrived", life: known, token: null, position: null };
    return life.status === "PENDING"
      ? problem("ALREADY_EXISTS", "A terminal with this serial number is registered: delete it first.")
      : wrong;
  }
  // It had come by this code and was taken away since.
  if (known?.about?.enrollmentId === life.id) return wrong;
  if (await sameBesidesZeros(services, serialNumber))
    return problem("ALREADY_EXISTS", "The same number is registered with other zeros in front.");
  if (life.locationId !== null && (await findRecord(locationKind(services), life.locationId)) === null)
    return wrong;
  const credentialId = await consume(services, arriving);
  return credentialId === null ? wrong : await writeDown(services, arriving, credentialId);
}

/** The credential that the device is to have; null where another device was faster. */
async function consume(
  services: Services,
  { arrival: { serialNumber }, life, now, traceId }: Arriving,
): Promise<string | null> {
  const stream = enrollmentStream(life.id);
  const credentialId = services.newId();
  const own = { serialNumber, traceId, operation: "consume-enrollment", requestId: credentialId };
  const done = await ownCommandOn(services, services.streams.enrollment, stream, own, (state) =>
    enrollment.decide(state, { type: "Consume", now, serialNumber, credentialId }),
  );
  return done.kind === "refused" ? null : (done.folded.state?.device?.credentialId ?? null);
}

async function writeDown(
  services: Services,
  { arrival, life, now, traceId }: Arriving,
  credentialId: string,
): Promise<Arrived | Problem> {
  const { serialNumber, name, platform, publicKey, encryptionKey } = arrival;
  const given = publicKey === null ? makeBearerToken(services, serialNumber) : null;
  const proof: Proof =
    publicKey === null ? { kind: "BEARER", tokenHash: given?.tokenHash ?? "" } : { kind: "KEY", publicKey };
  const done = await ownCommand(
    services,
    { serialNumber, traceId, operation: "enroll" },
    {
      type: "Enroll",
      ...{ now, by: life.createdBy, serialNumber, locationId: life.locationId },
      about: { enrollmentId: life.id, name, platform, metadata: life.metadata },
      ...{ credentialId, proof, encryptionKey },
    },
  );
  const state = done.folded.state;
  if (done.kind === "refused" || state === null) return problem("ALREADY_EXISTS");
  return { kind: "arrived", life: state, token: given?.token ?? null, position: done.position };
}
