import { isIP } from "node:net";
import type { SecureContextOptions } from "node:tls";
import type { Services } from "../engine/services.ts";
import { signForListener } from "../vault/x509.ts";
import type { Tls } from "./tls.ts";

/** What the port that wants certificates shows, and whose certificates it takes. */

const DAY = 86_400_000;
const OWN_LIVES = 90 * DAY;
/** Signed anew when it has less than this left. */
const OWN_LASTS = 30 * DAY;

type Own = Required<Pick<SecureContextOptions, "cert" | "key">> & { readonly notAfter: number };

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
    this.#own = tls === undefined ? null : { ...tls, notAfter: Number.POSITIVE_INFINITY };
  }

  renewed({ cert, key }: Tls): void {
    this.#own = { cert, key, notAfter: Number.POSITIVE_INFINITY };
    this.#trusted = "";
  }

  /** Null where nothing has changed since it was asked last. */
  async next(): Promise<SecureContextOptions | null> {
    const trusted = (await this.#services.authorities.trusted()).map(({ pem }) => pem);
    const isOld = this.#own === null || this.#own.notAfter < this.#services.now() + OWN_LASTS;
    if (!isOld && this.#trusted === trusted.join("")) return null;
    const own = isOld || this.#own === null ? await this.#sign() : this.#own;
    this.#own = own;
    this.#trusted = trusted.join("");
    return { cert: own.cert, key: own.key, ca: trusted };
  }

  async #sign(): Promise<Own> {
    const { authorities, now, randomBytes } = this.#services;
    const authority = await authorities.issuing();
    const notAfter = now() + OWN_LIVES;
    const { pem, key } = await signForListener(authority, {
      ...this.#names,
      random: randomBytes(16),
      notBefore: now() - DAY,
      notAfter,
    });
    return { cert: pem + authority.pem, key, notAfter };
  }
}
