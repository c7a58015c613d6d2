import { sql } from "kysely";
import { type FieldError, type Problem, problem } from "../problem.ts";
import type { Services } from "../services.ts";

/**
 * `11` and `0000011` are one ICA, of which a spreadsheet has lost the zeros. It has one written form: that under which
 * account ranges know it.
 */

/** For those of these ICAs that are known, and not as they are written here: how they are known. */
export async function knownForms(
  { db }: Services,
  icas: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const asked = [...new Set(icas)];
  if (asked.length === 0) return new Map();
  const rows = await db
    .selectFrom("account_ranges")
    .select("ica")
    .distinct()
    .where(sql<boolean>`ltrim(ica, '0') = any(${asked.map(bare)}::text[])`)
    .execute();
  const known = new Set(rows.map(({ ica }) => ica));
  const forms = new Map(rows.map(({ ica }) => [bare(ica), ica]));
  return new Map(
    asked.flatMap((ica) => {
      const form = forms.get(bare(ica));
      return form === undefined || known.has(ica) ? [] : [[ica, form] as const];
    }),
  );
}

/** 422 at those that are written in another way than they are known. */
export async function icaFormProblem(
  services: Services,
  icas: readonly string[],
  pointer: (index: number) => string,
): Promise<Problem | null> {
  const forms = await knownForms(services, icas);
  const errors = icas.flatMap((ica, index): readonly FieldError[] => {
    const form = forms.get(ica);
    return form === undefined ? [] : [{ pointer: pointer(index), message: `this ICA is known as ${form}` }];
  });
  return errors.length === 0 ? null : problem("INVALID_REQUEST", undefined, { errors: errors.slice(0, 100) });
}

export function bare(ica: string): string {
  return ica.replace(/^0+/, "");
}
