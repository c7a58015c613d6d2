import { isIP } from "node:net";
import type { SecureContextOptions } from "node:tls";
import type { Services } from "../engine/services.ts";
import { type Authority, signForListener } from "../vault/x509.ts";
import type { Tls } from "./tls.ts";

/** What the port that wants certificates shows, and whose certificates it takes. */

const DAY = 86_400_000;
const OWN_LIVES = 90 * DAY;
/** Signed anew when it has less than this left. */
const OWN_LASTS = 30 * DAY;

type Own = Required<Pick<SecureContextOptions, "cert" | "key">> & {
  readonly notAfter: number;
  /** The authority that signed it; null: the operator's own. */
  readonly issuer: string | null;
};

export class ListenerContext {
  readonly #services: Services;
  readonly #names: { readonly hosts: readonly string[]; readonly addresses: readonly string[] };
  #own: Own | null;
  #trusted = "";

  /** @param tls the operator's own certificate; without it the port shows one of ours */
  constructor(services: Services, hosts: readonly string[], tls: Tls | undefined) {
    const names = [...new Set([...hosts, "localhost", "127.0.0.1", "::1"])];
    this.#services = services;
    this.#names = {
      hosts: names.filter((name) => isIP(name) === 0),
      addresses: names.filter((name) => isIP(name) !== 0),
    };
    this.#own = tls === undefined ? null : givenOf(tls);
  }

  renewed(tls: Tls): void {
    this.#own = givenOf(tls);
    this.#trusted = "";
  }

  /** Null where nothing has changed since it was asked last. */
  async next(): Promise<SecureContextOptions | null> {
    const trusted = (await this.#services.authorities.trusted()).map(({ pem }) => pem);
    const own = await this.#ownNow();
    if (own === this.#own && this.#trusted === trusted.join("")) return null;
    this.#own = own;
    this.#trusted = trusted.join("");
    return { cert: own.cert, key: own.key, ca: trusted };
  }

  /** Signed anew in time, and when another authority signs from now on. */
  async #ownNow(): Promise<Own> {
    const own = this.#own;
    if (own !== null && own.issuer === null) return own;
    const authority = await this.#services.authorities.issuing();
    const lasts = own !== null && this.#services.now() + OWN_LASTS < own.notAfter;
    return lasts && own.issuer === authority.id ? own : await this.#sign(authority);
  }

  async #sign(authority: Authority): Promise<Own> {
    const { now, randomBytes } = this.#services;
    const notAfter = now() + OWN_LIVES;
    const { pem, key } = await signForListener(authority, {
      ...this.#names,
      random: randomBytes(16),
      notBefore: now() - DAY,
      notAfter,
    });
    return { cert: pem + authority.pem, key, notAfter, issuer: authority.id };
  }
}

function givenOf({ cert, key }: Tls): Own {
  return { cert, key, notAfter: Number.POSITIVE_INFINITY, issuer: null };
}
