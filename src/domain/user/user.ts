import { z } from "zod";
import { recordStream } from "../record.ts";
import { EVERYTHING, role, scope } from "./access.ts";

/** Who may sign in to the panel. The password is not here: it lives in a table that can forget it. */
export const userBody = z.strictObject({
  email: z.email().max(254),
  firstName: z.string().trim().min(1).max(100),
  lastName: z.string().trim().min(1).max(100),
  role,
  scope: scope.default(EVERYTHING),
});
export type UserBody = z.infer<typeof userBody>;

export const user = recordStream("User", userBody);
