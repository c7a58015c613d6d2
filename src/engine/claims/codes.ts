import { CLAIM_CODE_LENGTH } from "../../domain/deviceCodes.ts";
import { secretHash } from "../../vault/hashing.ts";
import type { PointingCodes } from "../pointingCodes.ts";

/** The codes that devices show. */
export const CLAIM_CODES: PointingCodes = {
  table: "claim_codes",
  length: CLAIM_CODE_LENGTH,
  hashOf: ({ keyring }, code) => secretHash(keyring, "claim", `code ${code}`),
};

/** As it is entered: small letters are taken as well. */
export function plainCode(entered: string): string {
  return entered.trim().toUpperCase();
}
