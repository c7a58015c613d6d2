import { z } from "zod";
import type { Metadata } from "../../domain/terminal/about.ts";
import { several } from "../management/page.ts";

/** Lists of enroll-device.md: pages by their number, from 0 on. */

const wholeNumber = (from: number, to: number) =>
  z
    .string()
    .regex(/^\d{1,6}$/, `a whole number from ${String(from)} to ${String(to)} is wanted`)
    .transform(Number)
    .pipe(z.int().min(from).max(to));

const MOST_FILTERS = 5;

/** `metadata=key:value`, given up to five times: all of them have to be so. */
const metadataFilter = several(
  z.string().regex(/^[^:]{1,64}:.{0,256}$/su, "key:value is wanted, for example type:android"),
)
  .refine((pairs) => pairs.length <= MOST_FILTERS, `${String(MOST_FILTERS)} filters at most`)
  .transform((pairs): Metadata => Object.fromEntries(pairs.map(pairOf)));

export const numberedQuery = z.strictObject({
  page_number: wholeNumber(0, 100_000).default(0),
  page_size: wholeNumber(1, 100).default(20),
  metadata: metadataFilter.optional(),
});

export function numberedOf<Item extends z.ZodType>(item: Item) {
  return z.object({
    content: z.array(item),
    total_elements: z.int(),
    total_pages: z.int(),
    page_number: z.int(),
    page_size: z.int(),
  });
}

export function numbered<Item>(
  content: readonly Item[],
  total: number,
  { page_number, page_size }: Pick<z.infer<typeof numberedQuery>, "page_number" | "page_size">,
) {
  return {
    content: [...content],
    total_elements: total,
    total_pages: Math.ceil(total / page_size),
    page_number,
    page_size,
  };
}

function pairOf(pair: string): readonly [string, string] {
  const colon = pair.indexOf(":");
  return [pair.slice(0, colon), pair.slice(colon + 1)];
}
