import { isIPv6 } from "node:net";
import {
  ACCOUNT_TRIES,
  CALLER_TRIES,
  CLAIM_CODES_OF_ONE,
  CLAIM_TRIES,
  KEY_ROTATIONS_OF_ONE,
  PAIRING_TRIES,
  TRIES_COUNT_FOR,
  TRIES_COUNT_FOR_IN_TESTS,
  TRIES_OF_ALL,
} from "../domain/policies.ts";
import { secretHash } from "../vault/hashing.ts";
import { type Problem, problem } from "./problem.ts";
import type { Services } from "./services.ts";

/**
 * Tries of callers who have not proven themselves, counted in PostgreSQL over all instances (decision 8). A try is
 * counted before it is looked at, blocked or not, and given back if it was right.
 */

const EVERYBODY = "pairing, everybody";

/** Tells a code's place among lockouts: one that came before it does not stand in its way. */
export async function registerCode({ db }: Pick<Services, "db">, codeId: string): Promise<void> {
  await db
    .insertInto("pairing_codes")
    .values({ code_id: codeId })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Who tries what, and how often each of them may: the same for the try and for giving it back. */
interface Counted {
  readonly caller: string;
  readonly mostOfCaller: number;
  readonly everybody: string;
  /** The code that could be guessed; null where there is none. */
  readonly code: { readonly id: string; readonly tries: number } | null;
  readonly mostOfCode: number;
}

interface Taken {
  readonly isAdmitted: boolean;
  /** What a caller that is locked out is told, admitted by its spare try or not. */
  readonly lockedOut: Problem | null;
  /** A try that was right counts for nothing. */
  readonly giveBack: () => Promise<void>;
}

/**
 * Counts a try of the caller, of everybody, and of the code. A caller that is locked out has one try for each code issued
 * afterwards.
 */
async function takeTry(services: Services, counted: Counted): Promise<Taken> {
  const { caller, mostOfCaller, everybody, code, mostOfCode } = counted;
  const { now, since } = windowOf(services);
  const limits = [caller, mostOfCaller, everybody, TRIES_OF_ALL, code?.id ?? null];
  const { rows } = await services.pool.query<{ outcome: string; since: Date | null }>(
    "select outcome, since from take_pairing_try($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    [...limits, code?.tries ?? 0, mostOfCode, new Date(now), new Date(since)],
  );
  const row = rows[0];
  if (row === undefined) throw new Error("a try has its outcome");
  return {
    isAdmitted: row.outcome === "ADMITTED",
    lockedOut: row.since === null ? null : tooManyTries(services, row.since),
    giveBack: async () => {
      await services.pool.query("select give_back_pairing_try($1, $2, $3, $4, $5)", limits);
    },
  };
}

export type PairingTry =
  /** `wrong` is the answer if it was. */
  { readonly kind: "admitted"; readonly wrong: Problem; readonly giveBack: () => Promise<void> } | Problem;

/** Counts a try at a pairing code, or an enrollment's. @param code that could be guessed by it */
export async function takePairingTry(
  services: Services,
  remote: string,
  code: Counted["code"],
): Promise<PairingTry> {
  const { isAdmitted, lockedOut, giveBack } = await takeTry(services, {
    ...{ caller: `pairing ${hashOf(services, networkOf(remote))}`, mostOfCaller: CALLER_TRIES },
    ...{ everybody: EVERYBODY, code, mostOfCode: PAIRING_TRIES },
  });
  // Whoever is locked out learns nothing by its spare try that it would not learn without.
  const wrong = lockedOut ?? problem("PAIRING_REFUSED");
  return isAdmitted ? { kind: "admitted", wrong, giveBack } : wrong;
}

const EVERYBODY_CLAIMING = "claim, everybody";
/** A claim's code names its device by itself: nobody guesses at one that is known. */
const NO_LIMIT_OF_CODE = 1_000_000;

export type ClaimTry =
  | {
      readonly kind: "admitted";
      /** What a caller that is locked out is told all the same, if it was wrong. */
      readonly lockedOut: Problem | null;
      readonly giveBack: () => Promise<void>;
    }
  | Problem;

/**
 * Counts a claim's code that was entered, of the user or key that entered it and of everybody.
 *
 * @param codeId of the code that it is; null: nobody has it
 */
export async function takeClaimTry(
  services: Services,
  principal: string,
  codeId: string | null,
): Promise<ClaimTry> {
  const { isAdmitted, lockedOut, giveBack } = await takeTry(services, {
    ...{ caller: `claim ${hashOf(services, principal)}`, mostOfCaller: CLAIM_TRIES },
    ...{ everybody: EVERYBODY_CLAIMING, mostOfCode: NO_LIMIT_OF_CODE },
    code: codeId === null ? null : { id: codeId, tries: 0 },
  });
  return isAdmitted ? { kind: "admitted", lockedOut, giveBack } : (lockedOut ?? problem("TOO_MANY_TRIES"));
}

/** Counts a code that a device asks for, of that device alone; a problem where it has had too many. */
export async function takeAsking(services: Services, device: string): Promise<Problem | null> {
  return await takeOne(services, "claim code", device, CLAIM_CODES_OF_ONE);
}

/** Counts a key that a terminal brings for its old one; a problem where it has brought too many. */
export async function takeRotation(services: Services, serialNumber: string): Promise<Problem | null> {
  return await takeOne(services, "rotation", serialNumber, KEY_ROTATIONS_OF_ONE);
}

async function takeOne(services: Services, what: string, who: string, most: number): Promise<Problem | null> {
  const { now, since } = windowOf(services);
  const { rows } = await services.pool.query<{ tries: number; since: Date }>(
    "select tries, since from count_try($1, $2, $3, $4)",
    [`${what} ${hashOf(services, who)}`, most, new Date(now), new Date(since)],
  );
  const row = rows[0];
  return row !== undefined && row.tries > most ? tooManyTries(services, row.since) : null;
}

export type SignInTry = { readonly kind: "admitted"; readonly giveBack: () => Promise<void> } | Problem;

/** Counts a sign-in, of the address it comes from and of the account it is for, known or not. */
export async function takeSignInTry(services: Services, remote: string, email: string): Promise<SignInTry> {
  const counts = [
    { caller: `sign-in ${hashOf(services, networkOf(remote))}`, most: CALLER_TRIES },
    { caller: `sign-in account ${hashOf(services, email.toLowerCase())}`, most: ACCOUNT_TRIES },
  ];
  for (const { caller, most } of counts) {
    const { now, since } = windowOf(services);
    const { rows } = await services.pool.query<{ tries: number; since: Date }>(
      "select tries, since from count_try($1, $2, $3, $4)",
      [caller, most, new Date(now), new Date(since)],
    );
    const row = rows[0];
    if (row !== undefined && row.tries > most) return tooManyTries(services, row.since);
  }
  return {
    kind: "admitted",
    giveBack: async () => {
      for (const { caller, most } of counts) {
        await services.pool.query("select give_back_try($1, $2)", [caller, most]);
      }
    },
  };
}

/** Neither addresses nor e-mail addresses are kept for this. */
function hashOf({ keyring }: Services, text: string): string {
  return secretHash(keyring, "caller", text).toString("base64url");
}

/** Real time, whatever the test clock says. */
function windowOf(services: Services): { readonly now: number; readonly since: number } {
  const now = services.now();
  return { now, since: now - countFor(services) };
}

function countFor({ testClock }: Services): number {
  return testClock ? TRIES_COUNT_FOR_IN_TESTS : TRIES_COUNT_FOR;
}

function tooManyTries(services: Services, since: Date): Problem {
  const seconds = Math.max(1, Math.ceil((since.getTime() + countFor(services) - services.now()) / 1000));
  return problem("TOO_MANY_TRIES", undefined, { retryAfter: seconds });
}

/** The address of IPv4; of IPv6 the /64, of which one subscriber has every address. */
export function networkOf(address: string): string {
  const plain = address.replace(/%.*$/, "");
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(plain)?.[1];
  if (mapped !== undefined) return mapped;
  if (!isIPv6(plain)) return plain;
  const [head = "", tail] = plain.split("::");
  const groups = (text: string): string[] => text.split(":").filter((group) => group !== "");
  const first = groups(head);
  const last = groups(tail ?? "");
  const zeros = Array.from({ length: Math.max(0, 8 - first.length - last.length) }, () => "0");
  const whole = tail === undefined ? first : [...first, ...zeros, ...last];
  return `${whole
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":")}::/64`;
}
