import { CLAIM_CODE_LENGTH, codeOf } from "../../domain/deviceCodes.ts";
import { secretHash } from "../../vault/hashing.ts";
import type { Services } from "../services.ts";

/** The codes that devices show. */

/** As it is entered: small letters are taken as well. */
export function plainCode(entered: string): string {
  return entered.trim().toUpperCase();
}

/** A code that is kept under its hash before anybody is shown it. */
export interface DrawnCode {
  readonly code: string;
  readonly codeId: string;
  /** Hex. */
  readonly codeHash: string;
  /** Where it was not issued in the end. */
  readonly forget: () => Promise<void>;
}

/** Draws until it is a code that no device has lately had. */
export async function drawCode(services: Services, serialNumber: string): Promise<DrawnCode> {
  const { db } = services;
  for (;;) {
    const code = codeOf(services.randomBytes(CLAIM_CODE_LENGTH));
    const hash = hashOf(services, code);
    const codeId = services.newId();
    const row = { code_hash: hash, code_id: codeId, serial_number: serialNumber };
    const kept = await db
      .insertInto("claim_codes")
      .values(row)
      .onConflict((conflict) => conflict.doNothing())
      .returning("code_id")
      .executeTakeFirst();
    if (kept === undefined) continue;
    const forget = async (): Promise<void> => {
      await db.deleteFrom("claim_codes").where("code_hash", "=", hash).execute();
    };
    return { code, codeId, codeHash: hash.toString("hex"), forget };
  }
}

export interface FoundCode {
  readonly serialNumber: string;
  readonly codeId: string;
  readonly codeHash: string;
}

/** Whose code it is or was within the last day; null for one that nobody had. */
export async function findCode(services: Services, code: string): Promise<FoundCode | null> {
  const hash = hashOf(services, code);
  const row = await services.db
    .selectFrom("claim_codes")
    .select(["code_id", "serial_number"])
    .where("code_hash", "=", hash)
    .executeTakeFirst();
  if (row === undefined) return null;
  return { serialNumber: row.serial_number, codeId: row.code_id, codeHash: hash.toString("hex") };
}

function hashOf({ keyring }: Services, code: string): Buffer {
  return secretHash(keyring, "claim", `code ${code}`);
}
