import type { KeyObject } from "node:crypto";
import { SignJWT } from "jose";

/** A token of each terminal, for an hour. */
export async function tokensOf(serials: readonly string[], key: KeyObject): Promise<readonly string[]> {
  const issued = Math.floor(Date.now() / 1_000);
  return await Promise.all(
    serials.map((serial) =>
      new SignJWT({})
        .setProtectedHeader({ alg: "RS256", typ: "JWT" })
        .setSubject(serial)
        .setIssuedAt(issued)
        .setExpirationTime(issued + 3_600)
        .sign(key),
    ),
  );
}
