import { z } from "zod";
import { InvalidCursorError, MOST_ITEMS, type Page } from "../../projections/page.ts";
import { invalid, type Problem } from "../http/problems.ts";
import { type Reply, reply } from "../http/route.ts";
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

export function listOf(item: z.ZodType): z.ZodType {
  return z.object({
    items: z.array(item),
    nextCursor: z.string().nullable(),
    /** Exact up to 10,000. */
    total: z.int(),
    totalExact: z.boolean(),
  });
}

/** A page as it is answered. `load` may find that the cursor is none of this list. */
export async function answerPage<Item>(
  given: string | undefined,
  load: () => Promise<Page<Item>>,
  view: (item: Item) => unknown,
): Promise<Reply | Problem> {
  if (given !== undefined && !readable(given)) return wrongCursor();
  try {
    const { items, nextCursor, total, totalExact } = await load();
    return reply(200, { items: await Promise.all(items.map(view)), nextCursor, total, totalExact });
  } catch (error) {
    if (error instanceof InvalidCursorError) return wrongCursor();
    throw error;
  }
}

function wrongCursor(): Problem {
  return invalid("/query/cursor", "it is none that this list has answered with this sort");
}

/** A forged cursor may hold what a database can't take as text. */
function readable(text: string): boolean {
  try {
    const parts = z.array(z.string()).parse(JSON.parse(Buffer.from(text, "base64url").toString("utf8")));
    return !parts.some(isNotText);
  } catch {
    return false;
  }
}
