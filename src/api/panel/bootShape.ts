import { z } from "zod";
import { PERMISSIONS, role, scope } from "../../domain/user/access.ts";

/** What stands in the page itself, so that the panel asks nothing before its first page's own data. */
export const bootShape = z.object({
  /** Null: nobody is signed in. */
  session: z
    .object({
      csrfToken: z.string(),
      user: z.object({
        id: z.string(),
        email: z.string(),
        firstName: z.string(),
        lastName: z.string(),
        role,
        scope,
      }),
      permissions: z.array(z.enum(PERMISSIONS)),
    })
    .nullable(),
  installation: z.object({
    version: z.string(),
    demo: z.boolean(),
    testClock: z.boolean(),
    /** Test cards may be let in from a browser. */
    virtualTerminal: z.boolean(),
    /** RFC 3339; the panel counts on from it. */
    businessTime: z.string(),
  }),
});
export type Boot = z.infer<typeof bootShape>;
