import { z } from "zod";
import { namesOneCard, padBounds, saysCardNumber } from "../../domain/accountRange.ts";
import { countryCode, ica, productCode } from "../../domain/codes.ts";
import { type FieldError, fieldErrors } from "../http/problems.ts";
import { reply } from "../http/route.ts";
import type { Services } from "../services.ts";
import { type Csv, type CsvRow, readCsv } from "./csv.ts";
import { exclusively, LOCKS } from "./lock.ts";
import { answerPage, filterText, listOf, paging } from "./page.ts";
import { beyondScope, difference, differences, formProblem } from "./rangeChecks.ts";
import type { Secure, SecuredAnyRoute } from "./secured.ts";
import { tablePage } from "./tablePage.ts";

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

interface RangeRow {
  readonly id: number;
  readonly import_id: string;
  readonly low: string;
  readonly high: string;
  readonly ica: string;
  readonly issuer_name: string;
  readonly country: string;
  readonly product_code: string;
  readonly product_name: string | null;
  readonly received_at: Date;
}

export function accountRangeRoutes(services: Services, secure: Secure): readonly SecuredAnyRoute[] {
  const importRanges = secure({
    method: "POST",
    path: `${path}/import`,
    summary: "Import account ranges, all or none; of the same bounds the later import wins",
    tag,
    permission: "accountRanges:write",
    streams: "text/csv",
    answers: { 200: z.object({ importId: z.string(), imported: z.int(), differs: z.array(difference) }) },
    handle: async (call) => {
      const csv = await readCsv(call, COLUMNS, readRow);
      if (csv.kind === "problem") return csv;
      return await call.once(
        csv.digest,
        async ({ seed, resumed }) =>
          // What others hold is looked at while nobody imports.
          await exclusively(services, LOCKS.accountRanges, async () => {
            const forms = await formProblem(services, csv);
            if (forms !== null) return forms;
            const beyond = await beyondScope(services, call.visibility, csv);
            if (beyond !== null) return beyond;
            const differs = await differences(services, csv);
            if (!resumed || !(await isStored(services, seed))) await store(services, seed, csv);
            return reply(200, { importId: seed, imported: csv.items.length, differs });
          }),
      );
    },
  });

  const list = secure({
    method: "GET",
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
    }),
    answers: { 200: listOf(rangeShape) },
    handle: async ({ query, visibility }) => {
      const { cursor, limit, ...filter } = query;
      const where = [
        { sql: "ica = ", value: filter.ica },
        { sql: "country = ", value: filter.country },
        { sql: "product_code = ", value: filter.productCode },
        { sql: "import_id = ", value: filter.importId },
        { sql: "ica = any", value: visibility.icas ?? undefined },
      ];
      return await answerPage(
        cursor,
        async () =>
          await tablePage<RangeRow>(services.pool, {
            table: "account_ranges",
            key: "id",
            where,
            cursor,
            limit,
          }),
        rangeView,
      );
    },
  });

  return [importRanges, list];
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

/**
 * One statement, so that the transaction is short however many rows there are: rows and revision together or
 * not at all. Rows get their ids in the order of the file, so that the later of the same bounds wins in it too.
 */
async function store(services: Services, importId: string, { items }: Csv<Range>): Promise<void> {
  const column = (pick: (range: Range) => string | null): (string | null)[] => items.map(pick);
  await services.pool.query(
    `with stored as (
       insert into account_ranges (import_id, low, high, ica, issuer_name, country, product_code, product_name)
       select $1, r.low, r.high, r.ica, r.issuer_name, r.country, r.product_code, r.product_name
       from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[])
         as r(low, high, ica, issuer_name, country, product_code, product_name)
     )
     update scope_revisions set revision = revision + 1 where scope = 'account-ranges'`,
    [
      importId,
      column((range) => range.low),
      column((range) => range.high),
      column((range) => range.ica),
      column((range) => range.issuerName),
      column((range) => range.country),
      column((range) => range.productCode),
      column((range) => range.productName ?? null),
    ],
  );
}

async function isStored({ pool }: Services, importId: string): Promise<boolean> {
  const { rows } = await pool.query("select 1 from account_ranges where import_id = $1 limit 1", [importId]);
  return rows.length > 0;
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
