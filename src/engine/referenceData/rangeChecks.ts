import { isUnlimited, type Visibility } from "../../domain/user/access.ts";
import { type FieldError, type Problem, problem } from "../problem.ts";
import type { Services } from "../services.ts";
import { bare, knownForms } from "./icaForms.ts";

/** What an import of account ranges is held against: the scope of whoever imports, and what is known. */

/** A file that was read: its rows, and the line that each began on. */
export interface ImportedFile {
  readonly items: readonly ImportedRange[];
  readonly lines: readonly number[];
}

/** A line of the file, its bounds filled up. */
export interface ImportedRange {
  readonly low: string;
  readonly high: string;
  readonly ica: string;
  readonly issuerName: string;
  readonly country: string;
  readonly productCode: string;
  readonly productName?: string | undefined;
}

/** Whoever has a scope writes ranges of its own ICAs, and none that touches another's. */
export async function beyondScope(
  services: Services,
  visibility: Visibility,
  { items, lines }: ImportedFile,
): Promise<Problem | null> {
  if (isUnlimited(visibility)) return null;
  const { icas } = visibility;
  if (icas === null) return problem("FORBIDDEN", "Your scope names places only, and no ICAs.");
  const taken = await othersRanges(services, icas);
  const errors = items.flatMap((range, index): readonly FieldError[] => {
    const line = `/${String(lines[index] ?? 0)}`;
    if (!icas.includes(range.ica))
      return [{ pointer: `${line}/ica`, message: "an ICA of your scope is wanted" }];
    return overlaps(taken, range)
      ? [{ pointer: `${line}/low`, message: "the range overlaps one that is not of your scope" }]
      : [];
  });
  return errors.length === 0
    ? null
    : problem("INVALID_REQUEST", "Nothing was stored.", { errors: errors.slice(0, 100) });
}

interface Taken {
  readonly low: string;
  /** The largest upper bound of this range and all before it. */
  readonly reach: string;
}

/** Ranges in force of other ICAs, by their lower bound. Of the same bounds the later import counts. */
async function othersRanges({ pool }: Services, icas: readonly string[]): Promise<readonly Taken[]> {
  const { rows } = await pool.query<{ low: string; high: string }>(
    `select low, high from (
       select distinct on (low, high) low, high, ica from account_ranges order by low, high, id desc
     ) current where ica <> all($1::text[]) order by low`,
    [icas],
  );
  let reach = "";
  return rows.map(({ low, high }) => {
    if (high > reach) reach = high;
    return { low, reach };
  });
}

function overlaps(taken: readonly Taken[], { low, high }: ImportedRange): boolean {
  let [from, to] = [0, taken.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((taken[middle]?.low ?? "") <= high) from = middle + 1;
    else to = middle;
  }
  return (taken[from - 1]?.reach ?? "") >= low;
}

/** An ICA has one written form, in the file and beside what is known. */
export async function formProblem(
  services: Services,
  { items, lines }: ImportedFile,
): Promise<Problem | null> {
  const known = await knownForms(
    services,
    items.map(({ ica }) => ica),
  );
  const inFile = new Map<string, string>();
  const errors: FieldError[] = [];
  for (const [index, { ica }] of items.entries()) {
    const first = inFile.get(bare(ica)) ?? ica;
    inFile.set(bare(ica), first);
    const form = known.get(ica) ?? first;
    const pointer = `/${String(lines[index] ?? 0)}/ica`;
    if (form !== ica) errors.push({ pointer, message: `this ICA is known as ${form}` });
    if (errors.length === 100) break;
  }
  return errors.length === 0 ? null : problem("INVALID_REQUEST", "Nothing was stored.", { errors });
}

/** A line that says something else than what was known before it: pointers are `/line/column`. */
export type Difference = FieldError;

const MOST_DIFFERENCES = 100;

interface Known {
  readonly place: number;
  readonly ica: string | null;
}

/** Lines whose bounds were known with another ICA, issuer, country or product; a hundred at most. */
export async function differences(
  { pool }: Services,
  { items, lines }: ImportedFile,
): Promise<readonly Difference[]> {
  const { rows } = await pool.query<Known>(
    `with given as (
       select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[]) with ordinality
         as g(low, high, ica, issuer_name, country, product_code, place)
     ), known as (
       select distinct on (low, high) low, high, ica, issuer_name, country, product_code
       from account_ranges order by low, high, id desc
     ), compared as (
       select g.place::int as place, k.ica,
         (k.ica, k.issuer_name, k.country, k.product_code) = (g.ica, g.issuer_name, g.country, g.product_code) as same
       from given g
       left join known k using (low, high)
     )
     select * from compared where same is false order by place limit $7`,
    [
      items.map(({ low }) => low),
      items.map(({ high }) => high),
      items.map(({ ica }) => ica),
      items.map(({ issuerName }) => issuerName),
      items.map(({ country }) => country),
      items.map(({ productCode }) => productCode),
      MOST_DIFFERENCES,
    ],
  );
  return rows.map(({ place, ica }) => {
    const line = `/${String(lines[place - 1] ?? 0)}`;
    if (ica !== items[place - 1]?.ica)
      return { pointer: `${line}/ica`, message: `these bounds were known for the ICA ${ica ?? ""}` };
    return { pointer: line, message: "these bounds were known with another issuer, country or product" };
  });
}

/** How many lines have bounds that were known before their own import. */
export async function knownBounds(
  { pool }: Services,
  { items }: ImportedFile,
  importId: string,
): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(
    `select count(*)::int as count from unnest($1::text[], $2::text[]) as g(low, high)
     where exists (
       select 1 from account_ranges k where k.low = g.low and k.high = g.high and k.import_id <> $3
     )`,
    [items.map(({ low }) => low), items.map(({ high }) => high), importId],
  );
  return rows[0]?.count ?? 0;
}
