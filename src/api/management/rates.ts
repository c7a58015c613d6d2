import { createHash } from "node:crypto";
import { z } from "zod";
import { currencyCode } from "../../domain/money.ts";
import { isUnlimited } from "../../domain/user/access.ts";
import { type FieldError, fieldErrors, invalid, problem } from "../http/problems.ts";
import { bringEcbFile, MOST_ECB_BYTES } from "../../engine/referenceData/ecbFile.ts";
import { PULL_OUTCOMES } from "../../domain/rates.ts";
import { lastRatePull, pullRates } from "../../engine/referenceData/ratePull.ts";
import { recordImport } from "../../engine/imports/records.ts";
import type { Write } from "../../engine/management/commands.ts";
import type { Services } from "../../engine/services.ts";
import { reply } from "../http/answer.ts";
import { readFileBody } from "../http/file.ts";
import { type CsvRow, readCsv } from "./csv.ts";
import { fileName } from "./imports/fileName.ts";
import { listPage } from "./listPage.ts";
import { filterText, paging, yesOrNo } from "./page.ts";
import type { Kit, SecuredAnyRoute } from "./secured.ts";
import {
  bringRates,
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

const brought = z.object({ stored: z.int(), added: z.int(), replaced: z.int(), unchanged: z.int() });

export function rateRoutes(kit: Kit): readonly SecuredAnyRoute[] {
  return [
    postRates(kit),
    importRates(kit),
    importEcbFile(kit),
    pullNow(kit),
    lastPull(kit),
    listStoredRates(kit),
  ];
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
    query: z.strictObject({ dryRun: yesOrNo.optional(), fileName: fileName.optional() }),
    answers: { 200: brought },
    handle: async (call) => {
      if (!isUnlimited(call.visibility)) return problem("FORBIDDEN", FOR_EVERY_BANK);
      const csv = await readCsv(call, COLUMNS, readRow, MOST_CSV_BYTES);
      if (csv.kind === "problem") return csv;
      return await call.once(csv.digest, async (write) => {
        const done = await bringRates(services, csv.items, call.query.dryRun === true);
        await recorded(services, write, call.query, done);
        return reply(200, done);
      });
    },
  });
}

async function recorded(
  services: Services,
  write: Write,
  {
    dryRun,
    fileName: name,
  }: { readonly dryRun?: boolean | undefined; readonly fileName?: string | undefined },
  { added, replaced, unchanged }: Omit<z.infer<typeof brought>, "stored">,
): Promise<void> {
  if (dryRun === true) return;
  const lines = added + replaced + unchanged;
  await recordImport(services, write, {
    ...{ kind: "RATES", fileName: name ?? null, badLines: [] },
    ...{ lines, accepted: added + replaced, known: unchanged, bad: 0 },
  });
}

/** What browsers and operating systems call the files. */
const ECB_TYPES = [
  "text/csv",
  "application/xml",
  "text/xml",
  "application/zip",
  "application/x-zip-compressed",
];

function importEcbFile({ services, secure }: Kit): SecuredAnyRoute {
  return secure({
    method: "POST",
    path: `${path}/ecb`,
    summary: "A file of reference rates as the European Central Bank publishes it: XML, CSV, or a zip of one",
    description:
      "Of one day or of many (`eurofxref-daily`, `eurofxref-hist`), told apart by what they hold. All or none; what is known already is stored no second time. Currencies that ISO 4217 no longer has are left out, and named.",
    refusals: ["MALFORMED_REQUEST"],
    tag,
    permission: "rates:write",
    streams: "*/*",
    query: z.strictObject({ dryRun: yesOrNo.optional(), fileName: fileName.optional() }),
    answers: {
      200: brought.extend({
        from: z.string().describe("The first day."),
        until: z.string().describe("The last day."),
        leftOut: z.array(z.string()).describe("Currencies that nobody pays with any more."),
      }),
    },
    handle: async (call) => {
      if (!isUnlimited(call.visibility)) return problem("FORBIDDEN", FOR_EVERY_BANK);
      const file = await readFileBody(call, ECB_TYPES, MOST_ECB_BYTES);
      if (file.kind === "problem") return file;
      const digest = createHash("sha256").update(file.bytes).digest("hex");
      return await call.once(digest, async (write) => {
        const done = await bringEcbFile(services, file.bytes, call.query.dryRun === true);
        if (done.kind === "wrong") return invalid("", done.why);
        await recorded(services, write, call.query, done);
        const { kind: _kind, leftOut, ...rest } = done;
        return reply(200, { ...rest, leftOut: [...leftOut] });
      });
    },
  });
}

const pullShape = z.object({
  url: z.string().nullable().describe("Where rates are fetched from; null where nothing is."),
  last: z
    .object({
      at: z.string().describe("When they were asked for."),
      outcome: z.enum(PULL_OUTCOMES),
      detail: z.string().nullable().describe("Why it came to nothing."),
      stored: z.int().describe("How many were new."),
      until: z.string().nullable().describe("The last day there was a rate for."),
    })
    .nullable()
    .describe("The last time; null where there was none."),
});

function lastPull({ services, secure }: Kit): SecuredAnyRoute {
  return secure({
    method: "GET",
    path: `${path}/pull`,
    summary: "Where rates are fetched from by the day, and what came of it last",
    tag,
    permission: "rulesets:read",
    answers: { 200: pullShape },
    handle: async () => reply(200, await pullView(services)),
  });
}

function pullNow({ services, secure }: Kit): SecuredAnyRoute {
  return secure({
    method: "POST",
    path: `${path}/pull`,
    summary: "Fetch the rates now",
    refusals: ["NEEDS_ADAPTER"],
    tag,
    permission: "rates:write",
    answers: { 200: pullShape },
    handle: async ({ visibility }) => {
      if (!isUnlimited(visibility)) return problem("FORBIDDEN", FOR_EVERY_BANK);
      if (services.ratesFrom === null) {
        return problem("NEEDS_ADAPTER", "RATES_URL is not set: there is nowhere to fetch rates from.");
      }
      await pullRates(services, services.ratesFrom);
      return reply(200, await pullView(services));
    },
  });
}

async function pullView(services: Services): Promise<z.infer<typeof pullShape>> {
  const last = await lastRatePull(services);
  return { url: services.ratesFrom?.url ?? null, last };
}

function readRow(fields: CsvRow): { readonly item: Rate } | { readonly errors: readonly FieldError[] } {
  const parsed = rate.safeParse(fields);
  return parsed.success ? { item: parsed.data } : { errors: fieldErrors(parsed.error) };
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
