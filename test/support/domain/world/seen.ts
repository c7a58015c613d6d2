import { REJECTION_CODES } from "../../../../src/domain/codes.ts";
import type { Verdict } from "../../../../src/domain/ruleset/evaluate/evaluate.ts";
import type { World } from "./world.ts";

/** What has to occur in a run of worlds, so that comparing them means something. */
const EXPECTED = [
  ...REJECTION_CODES.map((code) => `REJECTED ${code}`),
  "GRANTED FREE",
  "GRANTED PAID",
  "NEEDS externalRule",
  "NEEDS verification",
  ...[
    "someRulesetApplies",
    "cardNotReplaced",
    "cardNotExpired",
    "cardNotFrozen",
    "noOpenEntry",
    "cooldownOver",
    "cardEnrolled",
    "terminalTrusted",
    "spendReached",
    "locationVisitsLeft",
    "visitLeft",
    "budgetLeft",
    "externalRuleMet",
    "cardVerified",
    "terminalHasLocation",
  ].map((condition) => `stopped by ${condition}`),
  ...["ROLLING", "CALENDAR", "VALIDITY", "none"].flatMap((kind) => [
    `granted in window ${kind}`,
    `limit exceeded in window ${kind}`,
  ]),
  ...["DAY", "WEEK", "MONTH", "QUARTER", "YEAR"].map((unit) => `decided in calendar ${unit}`),
  "granted with a pool",
  "granted with guests of both kinds",
  "granted with free children",
  "granted by an account range",
  "granted under a second version",
  "granted over another that refused",
  "granted after adjustments",
  "granted by spend",
  "granted by grace",
  "rejection with a time",
  "rejection without a time",
  "next free visit with a time",
  "furthest of several",
] as const;

export class Seen {
  readonly #counts = new Map<string, number>();

  note({ published, facts }: World, verdict: Verdict): void {
    if (verdict.kind === "needs") {
      this.#add(`NEEDS ${verdict.need.kind}`);
      return;
    }
    const last = verdict.trace.at(-1);
    const decided = published.find(
      (one) => one.id === verdict.ruleset?.id && one.version === verdict.ruleset.version,
    );
    const window = decided?.body.cardholder?.window ?? null;
    const kind = window?.kind ?? "none";
    if (window?.kind === "CALENDAR") this.#add(`decided in calendar ${window.unit}`);
    if (verdict.kind === "rejected") {
      this.#add(`REJECTED ${verdict.code}`);
      this.#add(verdict.nextFreeAt === null ? "rejection without a time" : "rejection with a time");
      this.#addIf(
        verdict.ruleset === null || verdict.code.startsWith("CARD_"),
        `stopped by ${last?.condition ?? ""}`,
      );
      const stops = verdict.trace.filter((step) => !step.pass && step.rulesetId !== null);
      for (const step of stops) this.#add(`stopped by ${step.condition}`);
      this.#addIf(new Set(stops.map((step) => step.rulesetId)).size > 1, "furthest of several");
      this.#addIf(verdict.code === "LIMIT_EXCEEDED", `limit exceeded in window ${kind}`);
      return;
    }
    this.#add(`GRANTED ${verdict.cost}`);
    this.#add(`granted in window ${kind}`);
    this.#addIf(verdict.guests.pool !== null, "granted with a pool");
    this.#addIf(
      verdict.guests.adults.max !== 0 && verdict.guests.children.max !== 0,
      "granted with guests of both kinds",
    );
    this.#addIf(verdict.guests.freeUnderAge !== null, "granted with free children");
    this.#addIf(verdict.matchedRanges.length > 0, "granted by an account range");
    this.#addIf(verdict.ruleset.version === 2, "granted under a second version");
    this.#addIf(
      verdict.trace.some((step) => !step.pass),
      "granted over another that refused",
    );
    this.#addIf(
      facts.card.adjustments.some((one) => one.rulesetId === verdict.ruleset.id),
      "granted after adjustments",
    );
    this.#addIf(verdict.available.nextFreeAt !== null, "next free visit with a time");
    const spend = verdict.trace.find(
      (step) => step.condition === "spendReached" && step.rulesetId === verdict.ruleset.id,
    );
    this.#addIf(spend !== undefined, "granted by spend");
    this.#addIf(JSON.stringify(spend?.seen ?? null).includes('"metAt":"'), "granted by grace");
  }

  of(what: string): number {
    return this.#counts.get(what) ?? 0;
  }

  rarerThan(least: number): readonly string[] {
    return EXPECTED.filter((what) => this.of(what) < least);
  }

  report(worlds: number): string {
    return [...this.#counts]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(
        ([what, count]) => `${String(count).padStart(9)}  ${((100 * count) / worlds).toFixed(2)} %  ${what}`,
      )
      .join("\n");
  }

  #add(what: string): void {
    this.#counts.set(what, this.of(what) + 1);
  }

  #addIf(holds: boolean, what: string): void {
    if (holds) this.#add(what);
  }
}
