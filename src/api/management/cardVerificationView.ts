import { z } from "zod";
import {
  ENROLMENT_DIFFERENCES,
  enrolmentDifferences,
  type EnrolmentVerified,
} from "../../domain/card/enrolmentCheck.ts";
import type { Answer } from "../http/answer.ts";

const known = {
  ica: z.string().nullable(),
  productCode: z.string().nullable(),
  since: z.string().nullable().describe("Enrolled from this instant on."),
};

export const verificationShape = z.object({
  at: z.string().describe("When the reward system was asked."),
  asked: z
    .object({ aref: z.string(), ica: z.string(), productCode: z.string(), since: z.string() })
    .describe("As the card was enrolled here then."),
  said: z.object({ enrolled: z.boolean(), ...known }).describe("What it knows; null: it did not say."),
  differences: z
    .array(z.enum(ENROLMENT_DIFFERENCES))
    .describe("In what it knows the card otherwise; empty: it knows it so."),
});

export function verificationView(verified: EnrolmentVerified): Answer<typeof verificationShape> {
  const { at, asked, said } = verified;
  return { at, asked, said, differences: [...enrolmentDifferences(verified)] };
}
