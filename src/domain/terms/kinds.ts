import { z } from "zod";
import type { Role } from "../user/access.ts";

/** The two documents that whoever works with the programme from outside agrees to (source document, "Terms & Conditions"). */
export const TERMS_KINDS = ["TERMS", "PRIVACY_POLICY"] as const;
export const termsKind = z.enum(TERMS_KINDS);
export type TermsKind = z.infer<typeof termsKind>;

/** Roles that tick both before anything else. */
export const CONSENTING_ROLES: ReadonlySet<Role> = new Set<Role>([
  "SERVICE_PROVIDER",
  "ISSUER",
  "CALL_CENTER",
]);
