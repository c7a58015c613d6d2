import { z } from "zod";
import { storedBranding } from "../../domain/branding/events.ts";
import { PERMISSIONS, role, scope } from "../../domain/user/access.ts";
import { chosenPreferences, shownView } from "../../domain/user/preferences.ts";

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
      /** The terms have to be consented to before anything else is answered. */
      consentRequired: z.boolean(),
      /** What this person has chosen of how the panel looks. */
      preferences: chosenPreferences,
      /** What this person has kept of lists, and what is shared with their role. */
      views: z.array(shownView),
    })
    .nullable(),
  /** How the panel presents itself; null: as the product comes. */
  branding: storedBranding.nullable(),
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
