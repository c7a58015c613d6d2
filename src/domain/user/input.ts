import { z } from "zod";
import { EVERYTHING, role, scope } from "./access.ts";

export const userInput = z.strictObject({
  email: z.email().max(254),
  firstName: z.string().trim().min(1).max(100),
  lastName: z.string().trim().min(1).max(100),
  role,
  scope: scope.default(EVERYTHING),
});
