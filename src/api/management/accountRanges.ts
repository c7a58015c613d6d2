import { z } from "zod";
import { namesOneCard, padBounds, saysCardNumber } from "../../domain/accountRange.ts";
import { countryCode, ica, productCode } from "../../domain/codes.ts";
import { type FieldError, fieldErrors } from "../http/problems.ts";
import { reply } from "../http/answer.ts";
import { type CsvRow, readCsv } from "./csv.ts";
import { fileName } from "./imports/fileName.ts";
import { listPage } from "./listPage.ts";
import { filterText, paging, yesOrNo } from "./page.ts";
import type { Kit, SecuredAnyRoute } from "./secured.ts";
import { recordImport } from "../../engine/imports/records.ts";
import {
  importAccountRanges,
  listAccountRanges,
  type RangeRow,
} from "../../engine/referenceData/accountRanges.ts";

const tag = "Account ranges";
const path = "/api/account-ranges";

const digits = z.string().regex(/^\d{1,19}$/, "1 to 19 digits are wanted");

const row = z.strictObject({
  low: digits,
  high: digits,
  ica,
  issuerName: z.string().max(200),
  country: countryCode,
  productCode,
  productName: z.string().max(200).optional(),
});
type Range = z.infer<typeof row>;

const COLUMNS = [
  { name: "low" },
  { name: "high" },
  { name: "ica" },
  { name: "issuerName" },
  { name: "country" },
  { name: "productCode" },
  { name: "productName", optional: true },
];

const rangeShape = z.object({
  id: z.string(),
  low: z.string(),
  high: z.string(),
  ica: z.string(),
  issuerName: z.string(),
  country: z.string(),
  productCode: z.string(),
  productName: z.string().nullable(),
  importId: z.string(),
  receivedAt: z.string(),
});

/** A line that says something else than what was known before it: pointers are `/line/column`. */
const difference = z.object({ pointer: z.string(), message: z.string() });

const importShape = z.object({
  /** Null for a dry run. */
  importId: z.string().nullable(),
  imported: z.int(),
  added: z.int(),
  replaced: z.int(),
  differs: z.array(difference),
});

export function accountRangeRoutes(kit: Kit): readonly SecuredAnyRoute[] {
  return [importRanges(kit), listRanges(kit)];
}

function importRanges({ services, secure }: Kit): SecuredAnyRoute {
  return secure({
    method: "POST",
    path: `${path}/import`,
    summary: "Import account ranges, all or none; of the same bounds the later import wins",
    tag,
    permission: "accountRanges:write",
    streams: "text/csv",
    query: z.strictObject({ dryRun: yesOrNo.optional(), fileName: fileName.optional() }),
    answers: { 200: importShape },
    handle: async (call) => {
      const csv = await readCsv(call, COLUMNS, readRow);
      if (csv.kind === "problem") return csv;
      return await call.once(csv.digest, async (write) => {
        const { seed, resumed } = write;
        const isDryRun = call.query.dryRun === true;
        const done = await importAccountRanges(services, call.visibility, { seed, resumed }, csv, isDryRun);
        if (done.kind === "problem") return done;
        const { replaced, differs } = done;
        const lines = csv.items.length;
        if (!isDryRun) {
          await recordImport(services, write, {
            ...{ kind: "ACCOUNT_RANGES", fileName: call.query.fileName ?? null, badLines: [] },
            ...{ lines, accepted: lines, known: 0, bad: 0 },
          });
        }
        return reply(200, {
          importId: isDryRun ? null : seed,
          imported: isDryRun ? 0 : lines,
          added: lines - replaced,
          replaced,
          differs,
        });
      });
    },
  });
}

function listRanges(kit: Kit): SecuredAnyRoute {
  return listPage(kit, {
    path,
    summary: "Account ranges, the newest import first",
    tag,
    permission: "accountRanges:read",
    query: z.strictObject({
      ...paging,
      ica: filterText.optional(),
      country: filterText.optional(),
      productCode: filterText.optional(),
      importId: filterText.optional(),
      bin: z
        .string()
        .regex(/^\d{1,11}$/, "1 to 11 digits are wanted, fewer than a card number has")
        .optional(),
    }),
    load: async (filter, { cursor, limit }, { visibility }) =>
      await listAccountRanges(kit.services, visibility, filter, { cursor, limit }),
    item: rangeShape,
    view: rangeView,
  });
}

function readRow(fields: CsvRow): { readonly item: Range } | { readonly errors: readonly FieldError[] } {
  const parsed = row.safeParse(fields);
  if (!parsed.success) return { errors: fieldErrors(parsed.error) };
  const bounds = padBounds(parsed.data.low, parsed.data.high);
  if (bounds.low > bounds.high) return { errors: [{ pointer: "/high", message: "high lies below low" }] };
  if (namesOneCard(bounds) || saysCardNumber(bounds)) {
    return {
      errors: [{ pointer: "/low", message: "an account range is wanted, not the number of one card" }],
    };
  }
  return { item: { ...parsed.data, ...bounds } };
}

function rangeView(range: RangeRow): z.infer<typeof rangeShape> {
  return {
    id: String(range.id),
    low: range.low,
    high: range.high,
    ica: range.ica,
    issuerName: range.issuer_name,
    country: range.country,
    productCode: range.product_code,
    productName: range.product_name,
    importId: range.import_id,
    receivedAt: range.received_at.toISOString(),
  };
}
