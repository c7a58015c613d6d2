import { codeOf } from "../../domain/deviceCodes.ts";
import { secretHash } from "../../vault/hashing.ts";
import type { Services } from "../services.ts";

/** Set-up codes, which name their terminal by themselves. Only keyed hashes of them are kept. */

const SETUP_CODE_LENGTH = 8;

export interface SetupCode {
  readonly code: string;
  readonly codeId: string;
  /** Hex. */
  readonly codeHash: string;
}

/** Draws until it is a code that no terminal has lately had. */
export async function drawSetupCode(services: Services, serialNumber: string): Promise<SetupCode> {
  for (;;) {
    const code = codeOf(services.randomBytes(SETUP_CODE_LENGTH));
    const hash = hashOf(services, code);
    const codeId = services.newId();
    const kept = await services.db
      .insertInto("setup_codes")
      .values({ code_hash: hash, code_id: codeId, serial_number: serialNumber })
      .onConflict((conflict) => conflict.doNothing())
      .returning("code_id")
      .executeTakeFirst();
    if (kept !== undefined) return { code, codeId, codeHash: hash.toString("hex") };
  }
}

export interface FoundSetupCode {
  readonly serialNumber: string;
  readonly codeId: string;
  readonly codeHash: string;
}

/** Whose code it is or was within the last day; null for one that nobody had. */
export async function findSetupCode(services: Services, code: string): Promise<FoundSetupCode | null> {
  const hash = hashOf(services, code);
  const row = await services.db
    .selectFrom("setup_codes")
    .select(["code_id", "serial_number"])
    .where("code_hash", "=", hash)
    .executeTakeFirst();
  if (row === undefined) return null;
  return { serialNumber: row.serial_number, codeId: row.code_id, codeHash: hash.toString("hex") };
}

function hashOf({ keyring }: Services, code: string): Buffer {
  return secretHash(keyring, "setup", code);
}
