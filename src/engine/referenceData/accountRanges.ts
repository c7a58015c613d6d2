import { type Selectable, sql } from "kysely";
import type { Database } from "../../database/schema.ts";
import { padBounds } from "../../domain/accountRange.ts";
import type { Visibility } from "../../domain/user/access.ts";
import type { Page } from "../../projections/page.ts";
import { exclusively, LOCKS } from "../exclusively.ts";
import type { Seeded } from "../management/idempotency.ts";
import type { Problem } from "../problem.ts";
import type { Services } from "../services.ts";
import {
  beyondScope,
  type Difference,
  differences,
  formProblem,
  knownBounds,
  type ImportedFile,
  type ImportedRange,
} from "./rangeChecks.ts";
import { type Paging, tablePage } from "./tablePage.ts";

/** The table of account ranges: only ever added to; of the same bounds the later import counts. */

export type RangeRow = Selectable<Database["account_ranges"]>;

export interface Imported {
  readonly kind: "imported";
  /** Lines whose bounds were known: what they say counts from now on. */
  readonly replaced: number;
  readonly differs: readonly Difference[];
}

/** All of a file or none; its import is named by the attempt's seed. A dry run says what it would be, and stores nothing. */
export async function importAccountRanges(
  services: Services,
  visibility: Visibility,
  { seed, resumed }: Seeded,
  file: ImportedFile,
  isDryRun: boolean,
): Promise<Imported | Problem> {
  // What others hold is looked at while nobody imports.
  return await exclusively(services, LOCKS.accountRanges, async () => {
    const forms = await formProblem(services, file);
    if (forms !== null) return forms;
    const beyond = await beyondScope(services, visibility, file);
    if (beyond !== null) return beyond;
    const differs = await differences(services, file);
    const replaced = await knownBounds(services, file, seed);
    if (isDryRun) return { kind: "imported", replaced, differs };
    if (!resumed || !(await isStored(services, seed))) await store(services, seed, file.items);
    return { kind: "imported", replaced, differs };
  });
}

export interface RangeFilter {
  readonly ica?: string | undefined;
  readonly country?: string | undefined;
  readonly productCode?: string | undefined;
  readonly importId?: string | undefined;
  /** The first digits of a number: ranges that hold one that begins so. */
  readonly bin?: string | undefined;
}

/** @throws InvalidCursorError */
export async function listAccountRanges(
  { db }: Pick<Services, "db">,
  { icas }: Visibility,
  { ica, country, productCode, importId, bin }: RangeFilter,
  paging: Paging,
): Promise<Page<RangeRow & { readonly number: number }>> {
  let found = db.selectFrom("account_ranges").selectAll();
  if (ica !== undefined) found = found.where("ica", "=", ica);
  if (country !== undefined) found = found.where("country", "=", country);
  if (productCode !== undefined) found = found.where("product_code", "=", productCode);
  if (importId !== undefined) found = found.where("import_id", "=", importId);
  if (bin !== undefined) {
    const { low, high } = padBounds(bin, bin);
    found = found.where("low", "<=", high).where("high", ">=", low);
  }
  if (icas !== null) found = found.where(sql<boolean>`ica = any(${[...icas]}::text[])`);
  return await tablePage(db, found, "id", paging);
}

/**
 * One statement, so that the transaction is short however many rows there are: rows and revision together or
 * not at all. Rows get their ids in the order of the file, so that the later of the same bounds wins in it too.
 */
async function store(services: Services, importId: string, items: readonly ImportedRange[]): Promise<void> {
  const column = (pick: (range: ImportedRange) => string | null): (string | null)[] => items.map(pick);
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

async function isStored({ db }: Services, importId: string): Promise<boolean> {
  const found = db.selectFrom("account_ranges").select("id").where("import_id", "=", importId).limit(1);
  return (await found.execute()).length > 0;
}
