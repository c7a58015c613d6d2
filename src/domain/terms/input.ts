import { z } from "zod";
import { termsKind } from "./kinds.ts";

/** What is said of a file that is uploaded. */
export const termsInput = z.strictObject({
  kind: termsKind,
  validFrom: z.iso
    .date({ error: "a day is wanted, for example 2026-12-01" })
    .refine((day) => day >= "1970-01-01", "a day from 1970 on is wanted"),
});
