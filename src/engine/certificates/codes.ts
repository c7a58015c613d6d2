import { secretHash } from "../../vault/hashing.ts";
import type { PointingCodes } from "../pointingCodes.ts";

/** Codes by which a POS system gets its certificate. */
export const SETUP_CODES: PointingCodes = {
  table: "setup_codes",
  length: 8,
  hashOf: ({ keyring }, code) => secretHash(keyring, "setup", code),
};
