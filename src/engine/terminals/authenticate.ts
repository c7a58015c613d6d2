import { createPublicKey, type KeyObject } from "node:crypto";
import { decodeJwt, jwtVerify } from "jose";
import { LRUCache } from "lru-cache";
import { type Profile, terminalStream } from "../../domain/terminal/events.ts";
import { serialNumber as serialNumberSchema } from "../../domain/terminal/input.ts";
import type { Credential } from "../../domain/terminal/credential.ts";
import { usableCredentials } from "../../domain/terminal/keyRotation.ts";
import type { TerminalLife } from "../../domain/terminal/life.ts";
import { iso } from "../../domain/time.ts";
import { isSoundSpki } from "../../vault/terminalKeys.ts";
import { isBearer, isTokenOf, serialOfBearer } from "./bearerToken.ts";
import { heldOf, type ShownCertificate } from "./shownCertificate.ts";
import { type Problem, problem } from "../problem.ts";
import type { Services } from "../services.ts";
import { readSignedToken, type VerifyToken } from "./signedToken.ts";

/** By what a terminal proves itself. Beside a certificate a token is not needed; one that is sent has to be right. */
export interface Shown {
  readonly token: string | null;
  readonly certificate: ShownCertificate | null;
}

/** A terminal that has proven itself: by a token signed with its own key, the one that it was given, or its certificate. */
export interface AuthenticatedTerminal {
  readonly kind: "authenticated";
  readonly life: TerminalLife;
  /** The stream's revision that was known when it was verified. */
  readonly revision: number;
  readonly shown: Shown;
  /** By which it has proven itself: its present one, or one that retires. */
  readonly credentialId: string;
}

type Verdict =
  | { readonly kind: "good"; readonly credentialId: string }
  | { readonly kind: "bad"; readonly why: string };

interface Verified {
  readonly serial: string;
  readonly credentialId: string;
  /** Milliseconds. */
  readonly until: number;
}

/** How a token is verified, and how many tokens and keys are remembered. */
export interface TokenChecks {
  readonly verifyToken: VerifyToken;
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
 * Tokens signed by a terminal (`signedToken.ts`). One that was verified is remembered with the credential it was verified by;
 * it counts only as long as that credential does, which every request reads anew. Tokens that were given: `bearerToken.ts`.
 */
export class TerminalAuthenticator {
  readonly #services: Services;
  readonly #checkToken: TokenChecks["verifyToken"];
  readonly #isSound: TokenChecks["isSound"];
  readonly #verified: LRUCache<string, Verified>;
  /** The tokens remembered of a terminal, the oldest first: one that signs a new one each time takes no place of others. */
  readonly #tokensOf: LRUCache<string, readonly string[]>;
  readonly #keys: LRUCache<string, { readonly key: KeyObject | null }>;

  constructor(services: Services, { verifyToken, isSound, tokens, keys }: TokenChecks = TOKEN_CHECKS) {
    this.#services = services;
    this.#checkToken = verifyToken;
    this.#isSound = isSound;
    this.#verified = new LRUCache({
      max: tokens,
      maxSize: TOKEN_BYTES,
      sizeCalculation: (_, token) => token.length + ENTRY_BYTES,
    });
    this.#tokensOf = new LRUCache({ max: keys });
    this.#keys = new LRUCache({ max: keys });
  }

  async authenticate(
    authorization: string | null,
    certificate: ShownCertificate | null = null,
  ): Promise<AuthenticatedTerminal | Problem> {
    const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(authorization ?? "")?.[1] ?? null;
    const isWanted = certificate === null || authorization !== null;
    if (isWanted && (token === null || token.length > 4_096))
      return this.refused("A terminal's token is wanted as Bearer.");
    const subject = token === null ? null : (this.#verified.get(token)?.serial ?? subjectOf(token));
    const serial = certificate?.terminal ?? subject;
    if (serial === null || (token !== null && subject === null))
      return this.refused("The token's sub must be the terminal's serial number.");
    if (token !== null && subject !== serial)
      return this.refused("The token is another terminal's than the certificate.");
    const known = await this.#known(serial, { token, certificate });
    if (known.kind === "authenticated") this.#services.sightings.note(known.life, this.#services.now());
    return known;
  }

  async #known(serial: string, shown: Shown): Promise<AuthenticatedTerminal | Problem> {
    const { terminal: terminals } = this.#services.streams;
    const folded = await terminals.load(terminalStream(serial));
    const first = await this.#verify(shown, folded.state);
    if (first.kind === "good" && folded.state !== null) {
      return authenticated({ ...folded, state: folded.state }, first, shown);
    }
    // What this instance remembers may be old: the terminal may have been paired elsewhere.
    const fresh = await terminals.refresh(terminalStream(serial));
    const second = fresh.revision === folded.revision ? first : await this.#verify(shown, fresh.state);
    if (second.kind === "bad") return this.refused(second.why);
    return fresh.state === null
      ? this.refused("The terminal is not known.")
      : authenticated({ ...fresh, state: fresh.state }, second, shown);
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
    let terminal = known;
    if (terminal.revision < head) {
      const stream = terminalStream(known.life.serialNumber);
      const { state, revision } = await this.#services.streams.terminal.load(stream, head);
      const verdict = await this.#verify(known.shown, state);
      if (verdict.kind === "bad") return this.refused(verdict.why);
      if (state === null) return this.refused("The terminal is not known.");
      terminal = authenticated({ state, revision }, verdict, known.shown);
    }
    if (terminal.life.status === "SUSPENDED" && !evenSuspended) return problem("TERMINAL_SUSPENDED");
    return terminal;
  }

  /** How a terminal that failed to prove itself wants to be answered: an unknown one as the wire contract says. */
  async profileOf(authorization: string | null, certificate: ShownCertificate | null): Promise<Profile> {
    const serial = certificate?.terminal ?? subjectOf((authorization ?? "").replace(/^Bearer /i, ""));
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

  async #verify({ token, certificate }: Shown, state: TerminalLife | null): Promise<Verdict> {
    const now = this.#services.now();
    const [present, retiring] = state === null ? [] : usableCredentials(state, now);
    if (state === null || present === undefined) return bad("The terminal is not known or not paired.");
    const { serialNumber } = state;
    if (certificate !== null) {
      const held = heldOf(certificate, present.proof, now);
      if (typeof held === "string") return bad(held);
      if (token === null) return { kind: "good", credentialId: present.id };
      // Signed with the certificate's key, where a client sends one all the same.
      const proof = { kind: "KEY" as const, publicKey: held.publicKey };
      const id = `${present.id} ${held.serialNumber}`;
      return await this.#verifyToken(token, serialNumber, { ...present, id, proof });
    }
    if (present.proof.kind === "CERTIFICATE")
      return bad("This terminal comes by its certificate, at the port for that.");
    const verdict = await this.#verifyToken(token ?? "", serialNumber, present);
    if (verdict.kind === "good" || retiring === undefined) return verdict;
    const other = await this.#verifyToken(token ?? "", serialNumber, retiring);
    return other.kind === "good" ? other : verdict;
  }

  async #verifyToken(token: string, serialNumber: string, { id, proof }: Credential): Promise<Verdict> {
    const good = { kind: "good", credentialId: id } as const;
    if (isBearer(token)) {
      return isTokenOf(this.#services, token, proof)
        ? good
        : bad("The token is not this terminal's any more.");
    }
    if (proof.kind !== "KEY") return bad("This terminal shows the token that it was given.");
    const now = this.#services.now();
    const remembered = this.#verified.get(token);
    if (remembered?.credentialId === id && now < remembered.until) return good;
    const key = this.#keyOf(id, proof.publicKey);
    if (key === null)
      return bad("The terminal's key is none that can be trusted: pair it again with another.");
    const said = await readSignedToken(token, { key, serialNumber, now }, this.#checkToken);
    if (said.kind === "bad") return said;
    this.#remember(token, { serial: serialNumber, credentialId: id, until: said.until });
    return good;
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

function authenticated(
  { state: life, revision }: { readonly state: TerminalLife; readonly revision: number },
  { credentialId }: Extract<Verdict, { kind: "good" }>,
  shown: Shown,
): AuthenticatedTerminal {
  return { kind: "authenticated", life, revision, shown, credentialId };
}

function bad(why: string): Verdict {
  return { kind: "bad", why };
}

function subjectOf(token: string): string | null {
  if (isBearer(token)) return serialOfBearer(token);
  try {
    return serialNumberSchema.safeParse(decodeJwt(token).sub).data ?? null;
  } catch {
    return null;
  }
}
