import type { KeyObject } from "node:crypto";
import { errors, type JWTPayload, jwtVerify, type JWTVerifyOptions } from "jose";
import { TOKEN_LIVES, TOKEN_TOLERANCE } from "../../domain/policies.ts";
import { type Instant, SECOND } from "../../domain/time.ts";

export type VerifyToken = (
  token: string,
  key: KeyObject,
  options: JWTVerifyOptions,
) => Promise<{ readonly payload: JWTPayload }>;

export type TokenSays =
  /** Milliseconds. */
  { readonly kind: "good"; readonly until: Instant } | { readonly kind: "bad"; readonly why: string };

/**
 * Whether this is a terminal's token, signed by this key: RS256 only, `sub` = serial number, `iat` and `exp` required, at
 * most 24 h apart, 60 s of tolerance (DESIGN, "Terminals").
 *
 * @param now real time
 */
export async function readSignedToken(
  token: string,
  {
    key,
    serialNumber,
    now,
  }: { readonly key: KeyObject; readonly serialNumber: string; readonly now: Instant },
  verify: VerifyToken = jwtVerify,
): Promise<TokenSays> {
  try {
    const { payload } = await verify(token, key, {
      algorithms: ["RS256"],
      subject: serialNumber,
      requiredClaims: ["sub", "iat", "exp"],
      clockTolerance: TOKEN_TOLERANCE / SECOND,
      currentDate: new Date(now),
    });
    const { iat = 0, exp = 0 } = payload;
    if ((exp - iat) * SECOND > TOKEN_LIVES) return bad("The token lives longer than 24 hours.");
    if (exp <= iat) return bad("The token's exp lies before its iat.");
    if (iat * SECOND > now + TOKEN_TOLERANCE) return bad("The token's iat lies in the future.");
    return { kind: "good", until: exp * SECOND + TOKEN_TOLERANCE };
  } catch (error) {
    if (error instanceof errors.JWTExpired) return bad("The token has expired.");
    if (error instanceof errors.JWTClaimValidationFailed)
      return bad(`The token's ${error.claim} is missing or wrong.`);
    if (error instanceof errors.JOSEError) return bad("The token's signature or form is not valid.");
    throw error;
  }
}

function bad(why: string): TokenSays {
  return { kind: "bad", why };
}
