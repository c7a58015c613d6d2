import { z } from "zod";
import { ica, productCode } from "../codes.ts";
import { timestamp } from "../timestamp.ts";

/** What the reward system knows a card by: opaque here, and short enough for files and addresses. */
export const aref = z
  .string()
  .trim()
  .regex(/^[\x21-\x7e]{1,64}$/, "1 to 64 characters of ASCII without spaces are wanted");

/** What is said of a card that is to be enrolled, beside which card it is. */
export const enrolmentInput = {
  aref,
  ica: ica.optional(),
  productCode: productCode.optional(),
  since: timestamp.optional(),
};
