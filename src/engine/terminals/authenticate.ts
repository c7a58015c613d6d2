import { createPublicKey, type KeyObject } from "node:crypto";
import { decodeJwt, errors, type JWTPayload, jwtVerify, type JWTVerifyOptions } from "jose";
import { LRUCache } from "lru-cache";
import { TOKEN_LIVES, TOKEN_TOLERANCE } from "../../domain/policies.ts";
import { type Profile, terminalStream } from "../../domain/terminal/events.ts";
import { serialNumber as serialNumberSchema } from "../../domain/terminal/input.ts";
import { isPaired, type TerminalLife } from "../../domain/terminal/life.ts";
import { iso, SECOND } from "../../domain/time.ts";
import { isSoundSpki } from "../../vault/terminalKeys.ts";
import { isBearer, isTokenOf, serialOfBearer } from "./bearerToken.ts";
import { type Problem, problem } from "../problem.ts";
import type { Services } from "../services.ts";

/** A terminal that has proven itself: by a token signed with its own key, or by the one that it was given. */
export interface AuthenticatedTerminal {
  readonly kind: "authenticated";
  readonly life: TerminalLife;
  /** The stream's revision that was known when the token was verified. */
  readonly revision: number;
  readonly token: string;
}

interface Verified {
  readonly serial: string;
  readonly credentialId: string;
  /** Milliseconds. */
  readonly until: number;
}

/** How a token is verified, and how many tokens and keys are remembered. */
export interface TokenChecks {
  readonly verifyToken: (
    token: string,
    key: KeyObject,
    options: JWTVerifyOptions,
  ) => Promise<{ readonly payload: JWTPayload }>;
  /** Whether a key that is in the log, perhaps from a release that looked less closely, would be taken today. */
  readonly isSound: (spki: string) => boolean;
  readonly tokens: number;
  readonly keys: number;
}

/** Remembered of one terminal; it signs a new one every few minutes, or for each request. */
const TOKENS_OF_ONE = 4;
/** Of all, with what stands around each. */
const TOKEN_BYTES = 64 * 1024 * 1024;
const ENTRY_BYTES = 256;

const TOKEN_CHECKS: TokenChecks = {
  verifyToken: jwtVerify,
  isSound: isSoundSpki,
  tokens: 50_000,
  keys: 20_000,
};

/**
 * Tokens signed by a terminal: RS256 only, `sub` = serial number, `iat` and `exp` required, at most 24 h apart,
 * 60 s of tolerance. A token that was verified is remembered with the credential it was verified by;
 * it counts only as long as that credential does, which every request reads anew. Tokens that were given: `bearerToken.ts`.
 */
export class TerminalAuthenticator {
  readonly #services: Services;
  readonly #verifyToken: TokenChecks["verifyToken"];
  readonly #isSound: TokenChecks["isSound"];
  readonly #verified: LRUCache<string, Verified>;
  /** The tokens remembered of a terminal, the oldest first: one that signs a new one each time takes no place of others. */
  readonly #tokensOf: LRUCache<string, readonly string[]>;
  readonly #keys: LRUCache<string, { readonly key: KeyObject | null }>;

  constructor(services: Services, { verifyToken, isSound, tokens, keys }: TokenChecks = TOKEN_CHECKS) {
    this.#services = services;
    this.#verifyToken = verifyToken;
    this.#isSound = isSound;
    this.#verified = new LRUCache({
      max: tokens,
      maxSize: TOKEN_BYTES,
      sizeCalculation: (_, token) => token.length + ENTRY_BYTES,
    });
    this.#tokensOf = new LRUCache({ max: keys });
    this.#keys = new LRUCache({ max: keys });
  }

  async authenticate(authorization: string | null): Promise<AuthenticatedTerminal | Problem> {
    const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(authorization ?? "")?.[1];
    if (token === undefined || token.length > 4_096)
      return this.refused("A terminal's token is wanted as Bearer.");
    const serial = this.#verified.get(token)?.serial ?? subjectOf(token);
    if (serial === null) return this.refused("The token's sub must be the terminal's serial number.");
    const { terminal: terminals } = this.#services.streams;
    const folded = await terminals.load(terminalStream(serial));
    const first = await this.#verify(token, folded.state);
    if (first === null && folded.state !== null) {
      return { kind: "authenticated", life: folded.state, revision: folded.revision, token };
    }
    // What this instance remembers may be old: the terminal may have been paired elsewhere.
    const fresh = await terminals.refresh(terminalStream(serial));
    const why = fresh.revision === folded.revision ? first : await this.#verify(token, fresh.state);
    if (why === null && fresh.state !== null) {
      return { kind: "authenticated", life: fresh.state, revision: fresh.revision, token };
    }
    return this.refused(why ?? "The terminal is not known.");
  }

  /**
   * The terminal as of the head that the request's round trip read: revoked, suspended or moved
   * anywhere, it is so here with the next request.
   *
   * @param evenSuspended for what has happened already, and is only told
   */
  async confirm(
    known: AuthenticatedTerminal,
    head: number,
    evenSuspended = false,
  ): Promise<AuthenticatedTerminal | Problem> {
    let { life, revision } = known;
    if (revision < head) {
      const folded = await this.#services.streams.terminal.load(terminalStream(life.serialNumber), head);
      const why = await this.#verify(known.token, folded.state);
      if (why !== null || folded.state === null) return this.refused(why ?? "The terminal is not known.");
      life = folded.state;
      revision = folded.revision;
    }
    if (life.status === "SUSPENDED" && !evenSuspended) return problem("TERMINAL_SUSPENDED");
    return { ...known, life, revision };
  }

  /** How a terminal that failed to prove itself wants to be answered: an unknown one as the wire contract says. */
  async profileOf(authorization: string | null): Promise<Profile> {
    const serial = subjectOf((authorization ?? "").replace(/^Bearer /i, ""));
    if (serial === null) return "standard";
    return (await this.#services.streams.terminal.load(terminalStream(serial))).state?.profile ?? "standard";
  }

  /** 401 with the server's time, so that a terminal whose clock is wrong can see it. */
  refused(detail: string): Problem {
    const serverTime = iso(this.#services.now());
    return problem("UNAUTHENTICATED", `${detail} The server's time is ${serverTime}.`, {
      members: { serverTime },
    });
  }

  /** Null when the token is good; else why not. */
  async #verify(token: string, state: TerminalLife | null): Promise<string | null> {
    const credential = state?.credential ?? null;
    if (state === null || credential === null || !isPaired(state))
      return "The terminal is not known or not paired.";
    if (isBearer(token)) {
      return isTokenOf(this.#services, token, credential.proof)
        ? null
        : "The token is not this terminal's any more.";
    }
    if (credential.proof.kind !== "KEY") return "This terminal shows the token that it was given.";
    const now = this.#services.now();
    const remembered = this.#verified.get(token);
    if (remembered?.credentialId === credential.id && now < remembered.until) return null;
    const key = this.#keyOf(credential.id, credential.proof.publicKey);
    if (key === null) return "The terminal's key is none that can be trusted: pair it again with another.";
    try {
      const { payload } = await this.#verifyToken(token, key, {
        algorithms: ["RS256"],
        subject: state.serialNumber,
        requiredClaims: ["sub", "iat", "exp"],
        clockTolerance: TOKEN_TOLERANCE / SECOND,
        currentDate: new Date(now),
      });
      const { iat = 0, exp = 0 } = payload;
      if ((exp - iat) * SECOND > TOKEN_LIVES) return "The token lives longer than 24 hours.";
      if (exp <= iat) return "The token's exp lies before its iat.";
      if (iat * SECOND > now + TOKEN_TOLERANCE) return "The token's iat lies in the future.";
      const until = exp * SECOND + TOKEN_TOLERANCE;
      this.#remember(token, { serial: state.serialNumber, credentialId: credential.id, until });
      return null;
    } catch (error) {
      if (error instanceof errors.JWTExpired) return "The token has expired.";
      if (error instanceof errors.JWTClaimValidationFailed)
        return `The token's ${error.claim} is missing or wrong.`;
      if (error instanceof errors.JOSEError) return "The token's signature or form is not valid.";
      throw error;
    }
  }

  #remember(token: string, verified: Verified): void {
    const known = [...(this.#tokensOf.get(verified.serial) ?? []).filter((one) => one !== token), token];
    for (const old of known.slice(0, -TOKENS_OF_ONE)) this.#verified.delete(old);
    this.#tokensOf.set(verified.serial, known.slice(-TOKENS_OF_ONE));
    this.#verified.set(token, verified);
  }

  /** Null for a key that would not be taken today. */
  #keyOf(credentialId: string, spki: string): KeyObject | null {
    let known = this.#keys.get(credentialId);
    if (known === undefined) {
      const key = this.#isSound(spki)
        ? createPublicKey({ key: Buffer.from(spki, "base64"), format: "der", type: "spki" })
        : null;
      known = { key };
      this.#keys.set(credentialId, known);
    }
    return known.key;
  }
}

/** When a token runs out, by real time; null for one that does not. It was verified before. */
export function tokenEndsAt(token: string): number | null {
  if (isBearer(token)) return null;
  const { exp } = decodeJwt(token);
  return exp === undefined ? null : exp * SECOND + TOKEN_TOLERANCE;
}

function subjectOf(token: string): string | null {
  if (isBearer(token)) return serialOfBearer(token);
  try {
    return serialNumberSchema.safeParse(decodeJwt(token).sub).data ?? null;
  } catch {
    return null;
  }
}
