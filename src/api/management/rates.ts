import { z } from "zod";
import { currencyCode } from "../../domain/money.ts";
import { isUnlimited } from "../../domain/user/access.ts";
import { type FieldError, fieldErrors, invalid, problem } from "../http/problems.ts";
import { reply } from "../http/answer.ts";
import { type CsvRow, readCsv } from "./csv.ts";
import { listPage } from "./listPage.ts";
import { filterText, paging, yesOrNo } from "./page.ts";
import type { Kit, SecuredAnyRoute } from "./secured.ts";
import {
  knownRates,
  listRates,
  type Rate,
  type RateRow,
  storeRates,
} from "../../engine/referenceData/rates.ts";

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

const COLUMNS = [{ name: "date" }, { name: "base" }, { name: "quote" }, { name: "rate" }];
const FOR_EVERY_BANK = "Rates are for every bank: whoever has a scope writes none.";
/** Some two hundred thousand rows: thirty currencies over twenty-five years. */
const MOST_CSV_BYTES = 8 * 1024 * 1024;

const rateShape = z.object({
  id: z.string(),
  date: z.string(),
  base: z.string(),
  quote: z.string(),
  rate: z.string(),
  receivedAt: z.string(),
});

export function rateRoutes(kit: Kit): readonly SecuredAnyRoute[] {
  return [postRates(kit), importRates(kit), listStoredRates(kit)];
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
      if (!isUnlimited(visibility)) return problem("FORBIDDEN", FOR_EVERY_BANK);
      if (rates.length === 0) return invalid("/rates", "at least one rate is wanted");
      await storeRates(services, rates);
      return reply(200, { stored: rates.length });
    },
  });
}

function importRates({ services, secure }: Kit): SecuredAnyRoute {
  return secure({
    method: "POST",
    path: `${path}/import`,
    summary: "Exchange rates as CSV, all or none; what is known already is stored no second time",
    refusals: ["MALFORMED_REQUEST"],
    tag,
    permission: "rates:write",
    streams: "text/csv",
    query: z.strictObject({ dryRun: yesOrNo.optional() }),
    answers: { 200: z.object({ stored: z.int(), added: z.int(), replaced: z.int(), unchanged: z.int() }) },
    handle: async (call) => {
      if (!isUnlimited(call.visibility)) return problem("FORBIDDEN", FOR_EVERY_BANK);
      const csv = await readCsv(call, COLUMNS, readRow, MOST_CSV_BYTES);
      if (csv.kind === "problem") return csv;
      return await call.once(csv.digest, async () => {
        const rates = lastOfEach(csv.items);
        const known = await knownRates(services, rates);
        const isKnown = (one: Rate, index: number): boolean => plain(known[index] ?? "") === plain(one.rate);
        const news = rates.filter((one, index) => !isKnown(one, index));
        const added = known.filter((one) => one === null).length;
        const isDryRun = call.query.dryRun === true;
        if (!isDryRun && news.length > 0) await storeRates(services, news);
        const replaced = news.length - added;
        return reply(200, {
          stored: isDryRun ? 0 : news.length,
          added,
          replaced,
          unchanged: rates.length - news.length,
        });
      });
    },
  });
}

function readRow(fields: CsvRow): { readonly item: Rate } | { readonly errors: readonly FieldError[] } {
  const parsed = rate.safeParse(fields);
  return parsed.success ? { item: parsed.data } : { errors: fieldErrors(parsed.error) };
}

/** The same number is the same text: no zeros that say nothing. */
function plain(decimal: string): string {
  const text = decimal.replace(/^0+(?=\d)/, "");
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

/** Of the same day and pair the later line counts. */
function lastOfEach(rates: readonly Rate[]): readonly Rate[] {
  return [...new Map(rates.map((one) => [`${one.date} ${one.base} ${one.quote}`, one])).values()];
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
