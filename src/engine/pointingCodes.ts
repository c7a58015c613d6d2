import { codeOf } from "../domain/deviceCodes.ts";
import type { Services } from "./services.ts";

/**
 * Codes that name their device by themselves: a table finds it by a code's keyed hash. It only points; the terminal's stream
 * decides whether the code counts.
 */
export interface PointingCodes {
  readonly table: "claim_codes" | "setup_codes";
  readonly length: number;
  readonly hashOf: (services: Services, code: string) => Buffer;
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
export async function drawCode(
  services: Services,
  { table, length, hashOf }: PointingCodes,
  serialNumber: string,
): Promise<DrawnCode> {
  const { db } = services;
  for (;;) {
    const code = codeOf(services.randomBytes(length));
    const hash = hashOf(services, code);
    const codeId = services.newId();
    const kept = await db
      .insertInto(table)
      .values({ code_hash: hash, code_id: codeId, serial_number: serialNumber })
      .onConflict((conflict) => conflict.doNothing())
      .returning("code_id")
      .executeTakeFirst();
    if (kept === undefined) continue;
    const forget = async (): Promise<void> => {
      await db.deleteFrom(table).where("code_hash", "=", hash).execute();
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
export async function findCode(
  services: Services,
  { table, hashOf }: PointingCodes,
  code: string,
): Promise<FoundCode | null> {
  const hash = hashOf(services, code);
  const row = await services.db
    .selectFrom(table)
    .select(["code_id", "serial_number"])
    .where("code_hash", "=", hash)
    .executeTakeFirst();
  if (row === undefined) return null;
  return { serialNumber: row.serial_number, codeId: row.code_id, codeHash: hash.toString("hex") };
}
