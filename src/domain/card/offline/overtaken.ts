import type { CardLimits } from "../../ruleset/evaluate/compile.ts";
import type { Visit } from "../../ruleset/evaluate/facts.ts";
import { freeLeft, paidLeft, type Usage, usageIn } from "../../ruleset/evaluate/usage.ts";
import { windowBounds } from "../../window.ts";
import type { Around } from "./around.ts";
import type { KeptReport } from "./history.ts";
import { limitsOf } from "./rules.ts";

/**
 * Online entries that would not have been let in as they were, had the reports been known: by access id, the reports. One
 * that was known would have been decided by, so that it does not matter here which came first. The decision stays as it
 * was; both say why.
 *
 * @param counted the reports that count, and `visits` what they came to, in the same order
 */
export function overtakings(
  counted: readonly KeptReport[],
  visits: readonly Visit[],
  { online, adjustments }: Around,
): ReadonlyMap<string, readonly string[]> {
  const overtaken = new Map<string, readonly string[]>();
  for (const one of online) {
    const late = counted.filter(({ data }, i) => {
      const visit = visits[i];
      const isSameRuleset = data.ruleset !== null && data.ruleset.id === one.rulesetId;
      return isSameRuleset && visit !== undefined && visit.at <= one.at;
    });
    const newest = late.at(-1);
    if (newest === undefined) continue;
    const { limits, validity } = limitsOf(newest.data.rules);
    const bounds = windowBounds(limits.window, one.at, validity);
    const then = [...online, ...visits].filter(({ at }) => at <= one.at);
    const lateIds = new Set(late.map(({ data }) => data.accessId));
    const usage = (of: readonly Visit[]): Usage =>
      usageIn({ visits: of, adjustments }, newest.data.ruleset?.id ?? "", one.locationId, bounds);
    const known = then.filter(({ accessId }) => !lateIds.has(accessId));
    if (exceeds(usage(then), limits, one) && !exceeds(usage(known), limits, one)) {
      const inWindow = visits.filter(
        ({ accessId, at }) => lateIds.has(accessId) && at >= bounds.from && at < bounds.to,
      );
      overtaken.set(
        one.accessId,
        inWindow.map(({ accessId }) => accessId),
      );
    }
  }
  return overtaken;
}

/** Its own visit is in the usage. */
function exceeds(usage: Usage, limits: CardLimits, visit: Visit): boolean {
  const tierLeft = visit.paid ? paidLeft(limits, usage) : freeLeft(limits, usage);
  return tierLeft < 0 || usage.hereVisits > limits.perLocation;
}
