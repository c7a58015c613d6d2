import { z } from "zod";
import { ADMIN_SCOPE, EVERYTHING, hasSoundScope, role, scope } from "../user/access.ts";

export const keyInput = z
  .strictObject({
    name: z.string().trim().min(1).max(200),
    role,
    scope: scope.default(EVERYTHING),
  })
  .refine(hasSoundScope, ADMIN_SCOPE);
