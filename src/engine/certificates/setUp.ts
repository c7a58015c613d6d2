import type { Json } from "../../domain/json.ts";
import type { HeldCertificate } from "../../domain/terminal/certificate.ts";
import { terminalStream } from "../../domain/terminal/events.ts";
import type { TerminalLife } from "../../domain/terminal/life.ts";
import { certificatesOf, isSetUpOpen, repeatedSetUp } from "../../domain/terminal/setUp.ts";
import type { Position } from "../../eventlog/log.ts";
import { makeDeviceKey } from "../../vault/x509.ts";
import { businessNow } from "../businessClock.ts";
import { exclusively, LOCKS } from "../exclusively.ts";
import { type Problem, problem } from "../problem.ts";
import type { Services } from "../services.ts";
import { flawAmong } from "../terminals/broughtKeys.ts";
import { ownCommand } from "../terminals/ownCommand.ts";
import { takePairingTry } from "../wrongTries.ts";
import { findCode } from "../pointingCodes.ts";
import { SETUP_CODES } from "./codes.ts";
import { chainOf, signCertificate } from "./issue.ts";
import { takePosId } from "./posIds.ts";

export interface AskedCertificate {
  readonly posId: string;
  readonly setupCode: string;
  /** Of a request that its device has signed; null: the key is made here, sent once, and not kept. */
  readonly key: { readonly spki: string; readonly n: bigint | null } | null;
  readonly encryptionKey: { readonly key: Json | null; readonly n: bigint | null };
}

export interface GivenCertificate {
  readonly kind: "given";
  /** Its serial number. */
  readonly terminal: string;
  /** The private key if it was made here, then the chain of three. */
  readonly pem: string;
  readonly position: Position | null;
}

/**
 * A POS gets its certificate by a set-up code (pos-certificates.txt). Wrong, unknown, expired and used codes are answered
 * alike. One atomic step uses the code up; a lost reply may be asked for again by the same code, with the same key.
 */
export async function setUpPos(
  services: Services,
  asked: AskedCertificate,
  call: { readonly remote: string; readonly traceId: string },
): Promise<GivenCertificate | Problem> {
  const now = await businessNow(services);
  const found = await findCode(services, SETUP_CODES, asked.setupCode);
  // A stream is read for a code that nobody has, too: it takes as long.
  const life = await terminalNow(services, found?.serialNumber ?? NOBODY);
  const isOpen = found !== null && life !== null && isSetUpOpen(life, found.codeHash, now, services.now());
  const repeat = found === null || life === null ? null : repeatOf(life, asked, found.codeHash);
  // Whoever signs with the key of a set-up that took place has nothing left to guess.
  if (repeat !== null && life !== null) return await given(services, life, repeat);
  const code = isOpen ? { id: found.codeId, tries: 0 } : null;
  const taken = await takePairingTry(services, call.remote, code);
  if (taken.kind === "problem") return taken;
  if (found === null || code === null) return taken.wrong;
  // Only whoever knows the code has us look for so long.
  const answer =
    (await flawOf(asked)) ??
    (await exclusively(
      services,
      LOCKS.posIds,
      async () => await issue(services, asked, { ...found, now, traceId: call.traceId, wrong: taken.wrong }),
    ));
  if (answer !== taken.wrong) await taken.giveBack();
  return answer;
}

/** No serial number. */
const NOBODY = "nobody at all";

async function terminalNow(services: Services, serialNumber: string): Promise<TerminalLife | null> {
  const { state } = await services.streams.terminal.refresh(terminalStream(serialNumber));
  return state === null || state.status === "REVOKED" ? null : state;
}

function repeatOf(
  life: TerminalLife,
  { posId, key }: AskedCertificate,
  codeHash: string,
): HeldCertificate | null {
  if (key === null || life.status === "SUSPENDED") return null;
  return repeatedSetUp(life, { codeHash, posId, publicKey: key.spki });
}

async function flawOf({ key, encryptionKey }: AskedCertificate): Promise<Problem | null> {
  return await flawAmong([
    { pointer: "/csr", n: key?.n ?? null },
    { pointer: "/encryptionKey", n: encryptionKey.n },
  ]);
}

interface Issuing {
  readonly serialNumber: string;
  readonly codeHash: string;
  /** Business time. */
  readonly now: number;
  readonly traceId: string;
  readonly wrong: Problem;
}

async function issue(
  services: Services,
  asked: AskedCertificate,
  { serialNumber, codeHash, now, traceId, wrong }: Issuing,
): Promise<GivenCertificate | Problem> {
  const { posId, key, encryptionKey } = asked;
  const life = await terminalNow(services, serialNumber);
  if (life === null) return wrong;
  const repeat = repeatOf(life, asked, codeHash);
  if (repeat !== null) return await given(services, life, repeat);
  const real = services.now();
  if (!isSetUpOpen(life, codeHash, now, real)) return wrong;
  if (!(await takePosId(services, posId, serialNumber)))
    return problem(
      "ALREADY_EXISTS",
      "Another terminal goes by this posId: choose another, or take its certificate back.",
    );
  const made = key === null ? await makeDeviceKey() : null;
  const spki = made?.spki ?? Buffer.from(key?.spki ?? "", "base64");
  const certificate = await signCertificate(services, { serialNumber, posId }, spki, real);
  const credentialId = services.newId();
  const own = { serialNumber, traceId, operation: "set-up", requestId: credentialId };
  const done = await ownCommand(services, own, {
    type: "SetUp",
    ...{ now, real, codeHash, credentialId, posId, certificate },
    keyMadeBy: made === null ? "DEVICE" : "SERVER",
    encryptionKey: encryptionKey.key,
  });
  const held = done.folded.state === null ? undefined : certificatesOf(done.folded.state).at(-1);
  if (done.kind === "refused" || held === undefined) return wrong;
  return await given(services, life, held, { key: made?.pem ?? "", position: done.position });
}

const NOTHING_NEW = { key: "", position: null };

export async function given(
  services: Services,
  { serialNumber: terminal }: TerminalLife,
  held: HeldCertificate,
  { key, position }: { readonly key: string; readonly position: Position | null } = NOTHING_NEW,
): Promise<GivenCertificate> {
  return { kind: "given", terminal, pem: key + (await chainOf(services, held)), position };
}
