import {
  currentVersion,
  phaseAt,
  type RulesetLife,
  scheduledVersion,
} from "../../../domain/ruleset/stream.ts";
import { DAY, type Instant, instant, instantOrNull, iso } from "../../../domain/time.ts";
import type { RecordFilter } from "../../../projections/directory/filter.ts";
import { MAY, type Principal, type Visibility } from "../../../domain/user/access.ts";
import { adjustmentSight } from "../adjustments/sight.ts";
import { lifeBeyondScope } from "../rulesetScope.ts";
import { budgetOf } from "../rulesetView.ts";
import type { Kit } from "../secured.ts";
import type { DashboardAnswer } from "./shape.ts";

/** What is as it is now, whatever range is looked at. */

interface Reader {
  readonly principal: Pick<Principal, "role">;
  readonly visibility: Visibility;
  readonly now: Instant;
}

const MOST_RULESETS = 500;
const MOST_BUDGETS = 20;

export async function stateNow(
  kit: Kit,
  reader: Reader,
): Promise<Pick<DashboardAnswer, "terminals" | "offline" | "budgets" | "waitingForYou">> {
  const may = MAY[reader.principal.role];
  const rulesets = may.has("rulesets:read") ? await rulesetsOf(kit, reader) : null;
  return {
    terminals: may.has("terminals:read") ? await terminalsOf(kit, reader) : null,
    offline: may.has("offline:read") ? await offlineOf(kit, reader) : null,
    budgets: rulesets === null ? null : await budgetsOf(kit, reader, rulesets),
    waitingForYou: may.has("rulesets:write")
      ? {
          ...waitingIn(rulesets ?? [], reader.now),
          adjustments: await openAdjustments(kit, reader),
          behind: may.has("system:write") ? await behind(kit) : [],
        }
      : null,
  };
}

async function rulesetsOf({ deps }: Kit, { visibility }: Reader): Promise<readonly RulesetLife[]> {
  return (await deps.projections.directory.list("ruleset", {}, visibility, { limit: MOST_RULESETS })).items;
}

/** A paired terminal at which no card was tried for so long is silent. Milliseconds. */
const SILENT_AFTER_MS = DAY;

async function terminalsOf({ deps }: Kit, { visibility, now }: Reader) {
  const { directory } = deps.projections;
  const quietSince = now - SILENT_AFTER_MS;
  const count = async (filter: RecordFilter): Promise<number> =>
    (await directory.terminals(filter, visibility, { limit: 1 })).total;
  const [paired, notPaired, suspended, silent] = await Promise.all([
    count({ status: "PAIRED" }),
    count({ status: "NOT_PAIRED" }),
    count({ state: "SUSPENDED" }),
    count({ quietSince }),
  ]);
  return { paired, notPaired, suspended, silent, silentSince: iso(quietSince) };
}

async function offlineOf({ deps }: Kit, { visibility, now }: Reader) {
  const { directory, operations } = deps.projections;
  const [{ waiting }, missing, over] = await Promise.all([
    operations.waiting(visibility),
    directory.terminals({ missesReports: true }, visibility, { limit: 1 }),
    directory.terminals({ listsOverAt: now }, visibility, { limit: 1 }),
  ]);
  return { waiting, missingReports: missing.total, listsOver: over.total };
}

async function budgetsOf({ services }: Kit, { visibility, now }: Reader, rulesets: readonly RulesetLife[]) {
  const budgets: NonNullable<DashboardAnswer["budgets"]>[number][] = [];
  for (const life of rulesets) {
    const body = currentVersion(life, now)?.body;
    if (budgets.length === MOST_BUDGETS) break;
    if (body === undefined || phaseAt(life, now) !== "IN_FORCE" || body.totalUsage === null) continue;
    // What was used of a rule that is others' as well is not told.
    if ((await lifeBeyondScope(services, visibility, life, now)) !== null) continue;
    const budget = await budgetOf(services, life.id, body, now);
    if (budget === null) continue;
    const { max, used, left, from, to } = budget;
    budgets.push({
      ...{ rulesetId: life.id, name: body.name, max, used, left, to },
      runsOutAt: runsOutAt({ used, left, from, to }, now),
    });
  }
  return budgets;
}

function runsOutAt(
  { used, left, from, to }: { used: number; left: number; from: string | null; to: string | null },
  now: Instant,
): string | null {
  const days = from === null ? 0 : (now - instant(from)) / DAY;
  if (days < 3 || used === 0 || left === 0) return null;
  const at = now + (left / used) * days * DAY;
  const end = instantOrNull(to);
  return end === null || at < end ? iso(Math.round(at)) : null;
}

function waitingIn(rulesets: readonly RulesetLife[], now: Instant) {
  const isWithin = (at: Instant | null, days: number) => at !== null && at > now && at <= now + days * DAY;
  return {
    publications: rulesets.filter((life) => isWithin(scheduledVersion(life, now)?.inForceFrom ?? null, 7))
      .length,
    ending: rulesets.filter(
      (life) =>
        phaseAt(life, now) === "IN_FORCE" &&
        isWithin(instantOrNull(currentVersion(life, now)?.body.validTo ?? null), 14),
    ).length,
    drafts: rulesets.filter((life) => phaseAt(life, now) === "DRAFT").length,
  };
}

async function openAdjustments(
  { services, deps: { projections } }: Kit,
  { visibility, now }: Reader,
): Promise<number> {
  const sight = await adjustmentSight(services, projections, visibility, now);
  return (await projections.adjustments.list({ status: ["OPEN"] }, sight, { limit: 1 })).total;
}

async function behind({ deps }: Kit): Promise<string[]> {
  const status = await deps.projections.status();
  return status.filter(({ lagSeconds, error }) => lagSeconds > 5 || error !== null).map(({ name }) => name);
}
