import type { CardLimits } from "../../ruleset/evaluate/compile.ts";
import type { Visit } from "../../ruleset/evaluate/facts.ts";
import { freeLeft, paidLeft, type Usage, usageIn } from "../../ruleset/evaluate/usage.ts";
import { windowBounds } from "../../window.ts";
import type { Around, OnlineVisit } from "./around.ts";
import type { KeptReport } from "./history.ts";
import { limitsOf } from "./rules.ts";

/**
 * Online entries that would not have been let in as they were, had the reports been known that came later: by access id,
 * the reports. The decision stays as it was; both say why.
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
    const late = counted.filter(({ revision, data }, i) => {
      const visit = visits[i];
      return (
        revision > one.grantRevision &&
        data.ruleset !== null &&
        data.ruleset.id === one.visit.rulesetId &&
        visit !== undefined &&
        visit.at <= one.visit.at
      );
    });
    const newest = late.at(-1);
    if (newest === undefined) continue;
    const { limits, validity } = limitsOf(newest.data.rules);
    const bounds = windowBounds(limits.window, one.visit.at, validity);
    const then = [...online.map(({ visit }) => visit), ...visits].filter(({ at }) => at <= one.visit.at);
    const lateIds = new Set(late.map(({ data }) => data.accessId));
    const usage = (of: readonly Visit[]): Usage =>
      usageIn({ visits: of, adjustments }, newest.data.ruleset?.id ?? "", one.visit.locationId, bounds);
    const known = then.filter(({ accessId }) => !lateIds.has(accessId));
    if (exceeds(usage(then), limits, one) && !exceeds(usage(known), limits, one)) {
      const inWindow = visits.filter(
        ({ accessId, at }) => lateIds.has(accessId) && at >= bounds.from && at < bounds.to,
      );
      overtaken.set(
        one.visit.accessId,
        inWindow.map(({ accessId }) => accessId),
      );
    }
  }
  return overtaken;
}

/** Its own visit is in the usage. */
function exceeds(usage: Usage, limits: CardLimits, { visit }: OnlineVisit): boolean {
  const tierLeft = visit.paid ? paidLeft(limits, usage) : freeLeft(limits, usage);
  return tierLeft < 0 || usage.hereVisits > limits.perLocation;
}
