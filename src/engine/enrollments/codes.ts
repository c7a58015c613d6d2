import { normalizedCode } from "../../domain/deviceCodes.ts";
import { secretHash } from "../../vault/hashing.ts";
import type { Services } from "../services.ts";

/** Which enrollment a code is for: only keyed hashes of codes are kept. */

export function hashOfCode({ keyring }: Pick<Services, "keyring">, code: string): Buffer {
  return secretHash(keyring, "enrollment", normalizedCode(code));
}

export async function rememberCode(
  { db }: Pick<Services, "db">,
  hash: Buffer,
  enrollmentId: string,
): Promise<void> {
  await db
    .insertInto("enrollment_codes")
    .values({ hash, enrollment_id: enrollmentId })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Null for a code that was never made. */
export async function enrollmentOfCode(services: Services, code: string): Promise<string | null> {
  const row = await services.db
    .selectFrom("enrollment_codes")
    .select("enrollment_id")
    .where("hash", "=", hashOfCode(services, code))
    .executeTakeFirst();
  return row?.enrollment_id ?? null;
}
