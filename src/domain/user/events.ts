import { z } from "zod";
import { recordStream } from "../record.ts";
import { role, storedScope } from "./access.ts";

/** Who may sign in to the panel. The password is not here: it lives in a table that can forget it. */
export const storedUser = z.object({
  email: z.string(),
  firstName: z.string(),
  lastName: z.string(),
  role,
  scope: storedScope,
});
export type UserBody = z.infer<typeof storedUser>;

export const user = recordStream("User", storedUser);
