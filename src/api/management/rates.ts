import { z } from "zod";
import { currencyCode } from "../../domain/money.ts";
import { isUnlimited } from "../../domain/user/access.ts";
import { invalid, problem } from "../http/problems.ts";
import { reply } from "../http/answer.ts";
import { listPage } from "./listPage.ts";
import { filterText, paging } from "./page.ts";
import type { Kit, SecuredAnyRoute } from "./secured.ts";
import { listRates, type RateRow, storeRates } from "../../engine/referenceData/rates.ts";

const path = "/api/rates";
const tag = "Rates";

const day = z.iso.date().refine((text) => text >= "1970-01-01", "a day from 1970 on is wanted");

/** Units of `quote` for one of `base`; a decimal string, or a number. */
const rateText = z
  .union([z.string(), z.number().transform(String)])
  .refine((text) => /^\d{1,12}(\.\d{1,12})?$/.test(text) && /[1-9]/.test(text), {
    error: 'a positive decimal is wanted, for example "4.2512"',
  });

const rate = z
  .strictObject({ date: day, base: currencyCode, quote: currencyCode, rate: rateText })
  .refine(({ base, quote }) => base !== quote, {
    path: ["quote"],
    error: "another currency than base is wanted",
  });

const rateShape = z.object({
  id: z.string(),
  date: z.string(),
  base: z.string(),
  quote: z.string(),
  rate: z.string(),
  receivedAt: z.string(),
});

export function rateRoutes(kit: Kit): readonly SecuredAnyRoute[] {
  return [postRates(kit), listStoredRates(kit)];
}

function postRates({ services, secure }: Kit): SecuredAnyRoute {
  return secure({
    method: "POST",
    path,
    summary: "Exchange rates; the newest of a day and pair counts",
    tag,
    permission: "rates:write",
    body: z.strictObject({ rates: z.array(rate).max(10_000) }),
    maxBytes: 1_048_576,
    answers: { 200: z.object({ stored: z.int() }) },
    handle: async ({ body: { rates }, visibility }) => {
      if (!isUnlimited(visibility))
        return problem("FORBIDDEN", "Rates are for every bank: whoever has a scope writes none.");
      if (rates.length === 0) return invalid("/rates", "at least one rate is wanted");
      await storeRates(services, rates);
      return reply(200, { stored: rates.length });
    },
  });
}

function listStoredRates(kit: Kit): SecuredAnyRoute {
  return listPage(kit, {
    path,
    summary: "Exchange rates, the newest first",
    tag,
    permission: "rulesets:read",
    query: z.strictObject({
      ...paging,
      date: day.optional(),
      base: filterText.optional(),
      quote: filterText.optional(),
    }),
    load: async ({ date, base, quote }, { cursor, limit }) =>
      await listRates(kit.services, { date, base, quote }, { cursor, limit }),
    item: rateShape,
    view: rateView,
  });
}

function rateView(row: RateRow): z.infer<typeof rateShape> {
  // The driver reads a date as midnight of the machine's zone.
  const [year, month, dayOfMonth] = [row.day.getFullYear(), row.day.getMonth() + 1, row.day.getDate()];
  const two = (value: number): string => String(value).padStart(2, "0");
  return {
    id: String(row.number),
    date: `${String(year).padStart(4, "0")}-${two(month)}-${two(dayOfMonth)}`,
    base: row.base,
    quote: row.quote,
    rate: row.rate,
    receivedAt: row.received_at.toISOString(),
  };
}
