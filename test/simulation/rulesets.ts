import { calendarBounds } from "../../src/domain/calendar.ts";
import type { RulesetBody } from "../../src/domain/ruleset/events.ts";
import type { Window } from "../../src/domain/window.ts";
import type { Facts } from "./facts.ts";

export interface Version {
  readonly version: number;
  readonly from: number;
  readonly body: RulesetBody;
}

/** Every published version, the oldest first. */
export function versionsOf(facts: Facts, rulesetId: string): readonly Version[] {
  return (facts.rulesets.get(rulesetId) ?? []).flatMap(({ event }) => {
    if (event.type !== "RulesetPublished") return [];
    const { version, effectiveAt, body } = event.data;
    return [{ version, from: Date.parse(effectiveAt), body }];
  });
}

export function versionOf(facts: Facts, rulesetId: string, version: number): Version | null {
  return versionsOf(facts, rulesetId).find((one) => one.version === version) ?? null;
}

/** Where a window begins, and where it ends. */
export function boundsOf(window: Window | null, now: number): { readonly from: number; readonly to: number } {
  if (window === null || window.kind === "VALIDITY") {
    return { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY };
  }
  if (window.kind === "CALENDAR") return calendarBounds(window.unit, window.timeZone, now);
  return { from: now - window.days * 86_400_000 + 1, to: Number.POSITIVE_INFINITY };
}
