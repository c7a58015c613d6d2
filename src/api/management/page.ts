import { z } from "zod";
import { MOST_ITEMS } from "../../projections/page.ts";
import { isNotText } from "../http/text.ts";

/** What every list takes and answers. */

export const limit = z
  .string()
  .regex(/^\d{1,3}$/, `a whole number from 1 to ${String(MOST_ITEMS)} is wanted`)
  .transform(Number)
  .pipe(z.int().min(1).max(MOST_ITEMS));

export const cursor = z.string().max(1_000);

/** `limit` and `cursor`; a list adds its filters and its `sort`. */
export const paging = { limit: limit.optional(), cursor: cursor.optional() };

/** A filter compared with text as it is. */
export const filterText = z.string().min(1).max(200);

/** Given once or several times; any of them is meant. */
export function several<Item extends z.ZodType<unknown, string>>(item: Item) {
  return z.preprocess(
    (value) => (typeof value === "string" ? [value] : value),
    z.array(item).min(1).max(MOST_VALUES),
  );
}
const MOST_VALUES = 100;

/** Of a card: a mask shows no more of a number than these two. */
export const bin = z.string().regex(/^\d{1,6}$/, "1 to 6 digits are wanted: a mask shows no more");
export const last4 = z.string().regex(/^\d{4}$/, "4 digits are wanted");

export const yesOrNo = z.enum(["true", "false"]).transform((text) => text === "true");

/** The answer of a list, by the schema of what it lists. */
export function listOf<Item extends z.ZodType>(item: Item) {
  return z.object({
    items: z.array(item),
    nextCursor: z.string().nullable(),
    /** Exact up to 10,000. */
    total: z.int(),
    totalExact: z.boolean(),
  });
}

/** As {@link listOf}, of a list that can be read towards its beginning as well. */
export function listBothWaysOf<Item extends z.ZodType>(item: Item) {
  return listOf(item).extend({ prevCursor: z.string().nullable() });
}

/** A forged cursor may hold what a database can't take as text. */
export function readableCursor(text: string): boolean {
  try {
    const parts = z.array(z.string()).parse(JSON.parse(Buffer.from(text, "base64url").toString("utf8")));
    return !parts.some(isNotText);
  } catch {
    return false;
  }
}
