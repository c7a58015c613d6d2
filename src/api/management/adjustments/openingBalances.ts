import { z } from "zod";
import { ulid } from "../../../domain/codes.ts";
import { instant } from "../../../domain/time.ts";
import { isUnlimited } from "../../../domain/user/access.ts";
import {
  type Balanced,
  type BalanceRefusal,
  listImports,
  type OpeningBalance,
  takeOpeningBalances,
} from "../../../engine/adjustments/openingBalances.ts";
import { keepBadLines } from "../../../engine/imports/records.ts";
import { cardsInSight } from "../../../engine/management/cardsInSight.ts";
import { isUsable } from "../../../engine/adjustments/proposals.ts";
import type { Services } from "../../../engine/services.ts";
import type { Visibility } from "../../../domain/user/access.ts";
import { reply } from "../../http/answer.ts";
import { type FieldError, fieldErrors, problem } from "../../http/problems.ts";
import { plainCard } from "../../pos/schemas.ts";
import { actorShape } from "../actors.ts";
import { readCsv, type ReadRow } from "../csv.ts";
import { badLinesOf, countIn } from "../imports/outcomes.ts";
import { listPage } from "../listPage.ts";
import { paging, yesOrNo } from "../page.ts";
import type { Kit, SecuredAnyRoute } from "../secured.ts";
import { moment } from "../whitelist/scope.ts";
import { adjustableRuleset } from "./sight.ts";

/** Visits that cards used under an earlier system, from a file. */

const tag = "Adjustments";
const path = "/api/opening-balances";
const MOST_LINES = 10_000;
const MOST_BYTES = 4 * 1024 * 1024;
const MOST_VISITS = 1_000_000;

const used = z
  .string()
  .regex(/^\d{1,7}$/, { error: `a whole number from 0 to ${String(MOST_VISITS)} is wanted`, abort: true })
  .transform(Number)
  .pipe(z.int().max(MOST_VISITS))
  .default(0);

const COUNTS = {
  free: used,
  paid: used,
  adultsFree: used,
  adultsPaid: used,
  childrenFree: used,
  childrenPaid: used,
};

const row = z
  .strictObject({ pan: plainCard.shape.pan, rulesetId: ulid, usedAt: moment, ...COUNTS })
  .refine(
    ({ pan: _pan, rulesetId: _ruleset, usedAt: _at, ...counts }) =>
      Object.values(counts).some((one) => one > 0),
    {
      path: ["free"],
      error: "visits or guests that were used are wanted",
    },
  );

const COLUMNS = [
  { name: "pan" },
  { name: "rulesetId" },
  { name: "usedAt" },
  ...Object.keys(COUNTS).map((name) => ({ name, optional: true })),
];

const REFUSED: Readonly<Record<BalanceRefusal, { readonly member: string; readonly says: string }>> = {
  RULESET_UNKNOWN: { member: "rulesetId", says: "there is no ruleset of this id that is published" },
  RULESET_BEYOND_SCOPE: { member: "rulesetId", says: "the ruleset reaches beyond your scope" },
  IN_FUTURE: { member: "usedAt", says: "what was used does not lie ahead" },
  BALANCE_DIFFERS: {
    member: "free",
    says: "the same source told of other visits of this card and ruleset at that time",
  },
};
const refusalCode = z.enum(["RULESET_UNKNOWN", "RULESET_BEYOND_SCOPE", "IN_FUTURE", "BALANCE_DIFFERS"]);

const lineShape = z.object({
  line: z.int().describe("Of the file; its header is line 1."),
  outcome: z.enum(["TAKEN", "UNCHANGED", "REFUSED"]),
  cardId: z
    .string()
    .nullable()
    .describe("Null for what was refused, and in a dry run for a number that is no card yet."),
  code: refusalCode.nullable().describe("Why it was refused."),
  pointer: z.string().nullable().describe("The line and the column that are amiss."),
  message: z.string().nullable(),
});

const counts = {
  source: z.string().describe("Names the earlier system, or the file."),
  lines: z.int().describe("Lines of the file, the header apart."),
  taken: z.int().describe("Balances that were not known before."),
  unchanged: z.int().describe("Lines that were taken before."),
  refused: z.int().describe("Lines that were refused."),
};

const source = z
  .string()
  .regex(
    /^[A-Za-z][A-Za-z0-9._-]{0,39}$/,
    "a letter, then letters, digits, . _ or -, 40 at most, are wanted",
  );

export function openingBalanceRoutes(kit: Kit): readonly SecuredAnyRoute[] {
  return [importBalances(kit), history(kit)];
}

function importBalances({ services, deps, secure }: Kit): SecuredAnyRoute {
  return secure({
    method: "POST",
    path,
    summary: "Take over from CSV what cards used under an earlier system, at most 10,000 lines",
    description:
      "Columns: `pan`, `rulesetId`, `usedAt`, and those of `free`, `paid`, `adultsFree`, `adultsPaid`, `childrenFree`, `childrenPaid` that are not 0. A date is its beginning in UTC. Each line counts as visits of its card at `usedAt`, so that it leaves the ruleset's window when they do. What can't be read is refused as a whole; else each line by itself. A line of the same card, ruleset, time and `source` is taken once, however often it is sent. With `dryRun` nothing is stored, and no card is made. Numbers are hashed, and kept nowhere.",
    refusals: ["MALFORMED_REQUEST", "UNAVAILABLE"],
    tag,
    permission: "cards:write",
    streams: "text/csv",
    query: z.strictObject({ source: source.default("opening"), dryRun: yesOrNo.optional() }),
    answers: {
      200: z.object({
        importId: z.string().nullable().describe("Names the import; null for a dry run."),
        ...counts,
        outcomes: z.array(lineShape).describe("Of each line, in the file's order."),
      }),
    },
    handle: async (call) => {
      const { query, visibility } = call;
      const csv = await readCsv(call, COLUMNS, rowReader(), MOST_BYTES);
      if (csv.kind === "problem") return csv;
      return await call.once(csv.digest, async (write) => {
        const inSight = await cardsInSight(services, deps.projections, visibility);
        const errors: FieldError[] = [];
        for (const [index, one] of csv.items.entries()) {
          if (await inSight.byPan(one.pan)) continue;
          const pointer = `/${String(csv.lines[index] ?? 0)}/pan`;
          errors.push({ pointer, message: "there is no such card, or it is none of yours" });
          if (errors.length === MOST_ERRORS) break;
        }
        if (errors.length > 0) return problem("INVALID_REQUEST", "Nothing was stored.", { errors });
        const isDryRun = query.dryRun === true;
        const rulesetAmiss = rulesetsOnce(services, visibility, write.now);
        const rules = { rulesetAmiss, isDryRun, source: query.source };
        const done = await takeOpeningBalances(services, write, csv.items, rules);
        const outcomes = done.map((became, index) => lineOf(csv.lines[index] ?? 0, became));
        const count = countIn(outcomes);
        if (!isDryRun) await keepBadLines(services, write.seed, badLinesOf(outcomes));
        return reply(200, {
          importId: isDryRun ? null : write.seed,
          source: query.source,
          lines: csv.items.length,
          ...{ taken: count("TAKEN"), unchanged: count("UNCHANGED"), refused: count("REFUSED") },
          outcomes,
        });
      });
    },
  });
}

const MOST_ERRORS = 100;

/** Most lines of a file name the same few rulesets. */
function rulesetsOnce(
  services: Services,
  visibility: Visibility,
  now: number,
): (rulesetId: string) => Promise<BalanceRefusal | null> {
  const known = new Map<string, Promise<BalanceRefusal | null>>();
  const amiss = async (id: string): Promise<BalanceRefusal | null> => {
    const found = await adjustableRuleset(services, visibility, id, now);
    if (found.kind === "ruleset") return isUsable(found.life) ? null : "RULESET_UNKNOWN";
    return found.code === "FORBIDDEN" ? "RULESET_BEYOND_SCOPE" : "RULESET_UNKNOWN";
  };
  return async (id) => {
    const answer = known.get(id) ?? amiss(id);
    known.set(id, answer);
    return await answer;
  };
}

function lineOf(line: number, became: Balanced): z.infer<typeof lineShape> {
  if (became.kind === "taken") {
    const outcome = became.isNew ? "TAKEN" : "UNCHANGED";
    return { line, outcome, cardId: became.cardId, code: null, pointer: null, message: null };
  }
  const { member, says: message } = REFUSED[became.code];
  const pointer = `/${String(line)}/${member}`;
  return { line, outcome: "REFUSED", cardId: null, code: became.code, pointer, message };
}

function rowReader(): ReadRow<OpeningBalance> {
  let lines = 0;
  return (fields) => {
    if (lines === MOST_LINES)
      return { errors: [{ pointer: "", message: `at most ${String(MOST_LINES)} lines are taken at once` }] };
    lines += 1;
    const parsed = row.safeParse(fields);
    if (!parsed.success) return { errors: fieldErrors(parsed.error) };
    const { pan, rulesetId, usedAt, free, paid, ...guests } = parsed.data;
    const { adultsFree, adultsPaid, childrenFree, childrenPaid } = guests;
    return {
      item: {
        ...{ pan, rulesetId, usedAt: instant(usedAt), free, paid },
        adults: { free: adultsFree, paid: adultsPaid },
        children: { free: childrenFree, paid: childrenPaid },
      },
    };
  };
}

function history(kit: Kit): SecuredAnyRoute {
  const { services } = kit;
  return listPage(kit, {
    path,
    summary: "Imports of what was used under an earlier system, the newest first",
    tag,
    permission: "adjustments:read",
    query: z.strictObject({ ...paging }),
    // A file has cards and rulesets of any scope: who has one sees their own files.
    load: async (_filter, { cursor, limit }, { visibility, write }) =>
      await listImports(services, isUnlimited(visibility) ? null : write.principal.id, { cursor, limit }),
    item: z.object({ id: z.string(), ...counts, at: z.string(), by: actorShape }),
    view: async ({ id, source: from, lines, taken, unchanged, refused, ...one }, { nameOf }) => ({
      ...{ id, source: from, lines, taken, unchanged, refused },
      at: one.at.toISOString(),
      by: await nameOf({ id: one.actor_id, role: one.actor_role }),
    }),
  });
}
