import { z } from "zod";
import { actorRef } from "../actor.ts";

/** How the panel presents itself, as it was decided. The logo's file is in a table, under its hash. */
export const storedBranding = z.object({
  name: z.string(),
  /** `#rrggbb` */
  accent: z.string(),
  logo: z.object({ hash: z.string(), mediaType: z.string() }).nullable(),
  support: z.object({ email: z.string().nullable(), phone: z.string().nullable() }),
  links: z.array(z.object({ label: z.string(), url: z.string() })),
  /** Whether each is offered, and what it is called where that is not as the product calls it. */
  services: z.array(
    z.object({
      service: z.string(),
      offered: z.boolean(),
      names: z.array(z.object({ language: z.string(), name: z.string() })),
    }),
  ),
});
export type BrandingBody = z.infer<typeof storedBranding>;

export const brandingChanged = z.object({
  type: z.literal("BrandingChanged"),
  data: z.object({ at: z.string(), by: actorRef, body: storedBranding }),
});

export const brandingEvent = z.discriminatedUnion("type", [brandingChanged]);
export type BrandingEvent = z.infer<typeof brandingEvent>;
