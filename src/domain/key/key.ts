import { z } from "zod";
import { recordStream } from "../record.ts";
import { ADMIN_SCOPE, EVERYTHING, hasSoundScope, role, scope } from "../user/access.ts";

/** An API key: what it may do. The secret's hash lives in a table, and the secret nowhere. */
export const keyBody = z.strictObject({
  name: z.string().trim().min(1).max(200),
  role,
  scope: scope.default(EVERYTHING),
});
/** What is typed in; what is stored may be of a time that asked for less. */
export const keyInput = keyBody.refine(hasSoundScope, ADMIN_SCOPE);
export type KeyBody = z.infer<typeof keyBody>;

export const key = recordStream("Key", keyBody);
