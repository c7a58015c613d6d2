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

/** A forged cursor may hold what a database can't take as text. */
export function readableCursor(text: string): boolean {
  try {
    const parts = z.array(z.string()).parse(JSON.parse(Buffer.from(text, "base64url").toString("utf8")));
    return !parts.some(isNotText);
  } catch {
    return false;
  }
}
