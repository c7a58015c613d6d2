import { decodeJwt } from "jose";
import { TOKEN_TOLERANCE } from "../../domain/policies.ts";
import { type Instant, instant, SECOND } from "../../domain/time.ts";
import type { AuthenticatedTerminal } from "./authenticate.ts";
import { isBearer } from "./bearerToken.ts";

/** When what a terminal has proven itself by runs out, by real time; null for a token that does not. */
export function shownEndsAt({ life, shown }: AuthenticatedTerminal): Instant | null {
  const { token, certificate } = shown;
  const proof = life.credential?.proof;
  if (certificate !== null && proof?.kind === "CERTIFICATE") {
    const held = proof.certificates.find(({ serialNumber }) => serialNumber === certificate.serialNumber);
    return held === undefined ? null : instant(held.until);
  }
  if (token === null || isBearer(token)) return null;
  const { exp } = decodeJwt(token);
  return exp === undefined ? null : exp * SECOND + TOKEN_TOLERANCE;
}
