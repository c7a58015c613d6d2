import { z } from "zod";
import type { service } from "../codes.ts";

/** Languages in which services have names of their own. */
export const WORDED = ["en", "pl"] as const;

const name = z.string().trim().min(1).max(60);

/** Whether a service is offered, and what it is called; null: as the product calls it. */
const offer = z.strictObject({
  offered: z.boolean(),
  names: z.strictObject({ en: name.nullable(), pl: name.nullable() }),
});

/** Only pages that are reached safely are linked to. */
const httpsUrl = z
  .url({ protocol: /^https$/, error: "an address that begins with https:// is wanted" })
  .max(500);

export const brandingInput = z.strictObject({
  name,
  accent: z
    .string()
    .regex(/^#[0-9a-fA-F]{6}$/, "a colour as #1d5fbf is wanted")
    .toLowerCase(),
  /** SHA-256 of a file that was uploaded; null: the product's own. */
  logo: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .nullable(),
  support: z.strictObject({
    email: z.email().max(254).nullable(),
    phone: z
      .string()
      .trim()
      .regex(/^\+?[0-9 ()/-]{3,40}$/, "a telephone number is wanted, for example +48 22 000 00 00")
      .nullable(),
  }),
  links: z.array(z.strictObject({ label: name, url: httpsUrl })).max(5),
  services: z
    .strictObject({ LOUNGE: offer, FAST_LINE: offer } satisfies Record<z.infer<typeof service>, typeof offer>)
    .refine((all) => Object.values(all).some(({ offered }) => offered), "one service at least is offered"),
});
export type BrandingInput = z.infer<typeof brandingInput>;
