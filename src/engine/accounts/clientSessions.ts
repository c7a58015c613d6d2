import { jwtVerify, SignJWT } from "jose";
import { z } from "zod";
import { ulid } from "../../domain/codes.ts";
import { CLIENT_SESSION_LIVES } from "../../domain/policies.ts";
import { SECOND } from "../../domain/time.ts";
import type { Principal, Scope } from "../../domain/user/access.ts";
import { secretHash } from "../../vault/hashing.ts";
import type { Services } from "../services.ts";

/**
 * A token that an API client works with for an hour, of one merchant or of all that its key sees (source document, "Claim
 * Device"). It is signed and not stored: what it may do is the key's to say with each request, so that a key that is
 * deleted takes its tokens along.
 */

const ALGORITHM = "HS256";
const AUDIENCE = "admittance";
const claims = z.object({ sub: ulid, merchant: ulid.optional() });

export interface ClientSession {
  readonly keyId: string;
  /** Null: as far as the key sees. */
  readonly merchantId: string | null;
}

export async function signClientSession(
  services: Services,
  { keyId, merchantId }: ClientSession,
): Promise<string> {
  const now = Math.floor(services.now() / SECOND);
  return await new SignJWT(merchantId === null ? {} : { merchant: merchantId })
    .setProtectedHeader({ alg: ALGORITHM, typ: "at+jwt" })
    .setSubject(keyId)
    .setAudience(AUDIENCE)
    .setIssuedAt(now)
    .setExpirationTime(now + CLIENT_SESSION_LIVES / SECOND)
    .sign(keyOf(services));
}

/** Null for a token that is none of ours, or is over. */
export async function readClientSession(services: Services, token: string): Promise<ClientSession | null> {
  try {
    const { payload } = await jwtVerify(token, keyOf(services), {
      ...{ algorithms: [ALGORITHM], audience: AUDIENCE, typ: "at+jwt" },
      ...{ requiredClaims: ["sub", "iat", "exp"], currentDate: new Date(services.now()) },
    });
    const { sub, merchant = null } = claims.parse(payload);
    return { keyId: sub, merchantId: merchant };
  } catch {
    return null;
  }
}

/** What is left of a principal's rights in the session of one merchant; null where it may not work for that one. */
export function withinMerchant<Who extends Principal>(principal: Who, merchantId: string): Who | null {
  const { role, scope } = principal;
  const isBounded = scope.merchantIds.length + scope.locationIds.length > 0;
  if (isBounded && !scope.merchantIds.includes(merchantId)) return null;
  const narrow: Scope = { icas: scope.icas, merchantIds: [merchantId], locationIds: [] };
  // An administrator has no scope: within one it is a user.
  return { ...principal, role: role === "ADMIN" ? "USER" : role, scope: narrow };
}

function keyOf({ keyring }: Services): Uint8Array {
  return secretHash(keyring, "client session", "");
}
