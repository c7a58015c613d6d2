import fc from "fast-check";
import type { CardEvent } from "../../../src/domain/card/events.ts";
import { offlineRules, type ReportData } from "../../../src/domain/card/offline/events.ts";
import type { RulesetVersion } from "../../../src/domain/ruleset/stream.ts";
import { DAY, HOUR, iso, MINUTE } from "../../../src/domain/time.ts";
import { NOW, placeOf } from "./fixtures.ts";

/** What terminals tell of a card, at random. */

/** After all that is told of. */
const RECEIVED = iso(NOW + 400 * DAY);

export interface Told {
  readonly hours: number;
  readonly minutes: number;
  readonly ruleset: number;
  readonly place: number;
  readonly terminal: number;
  readonly adults: number;
  readonly children: number;
  readonly refused: boolean;
  readonly uncertaintySeconds: number;
  /** Another terminal sent the same journal. */
  readonly copied: boolean;
  readonly cooldown: number | null;
}

export const told: fc.Arbitrary<Told> = fc.record({
  hours: fc.integer({ min: 0, max: 60 * 24 }),
  minutes: fc.integer({ min: 0, max: 3 }),
  ruleset: fc.nat({ max: 3 }),
  place: fc.nat({ max: 1 }),
  terminal: fc.nat({ max: 1 }),
  adults: fc.nat({ max: 3 }),
  children: fc.nat({ max: 2 }),
  refused: fc.boolean(),
  uncertaintySeconds: fc.nat({ max: 600 }),
  copied: fc.boolean(),
  cooldown: fc.option(fc.integer({ min: 1, max: 3_000 })),
});

/** A report each, and the copy of another terminal where there is one. */
export function reportsOf(
  reports: readonly Told[],
  versions: readonly RulesetVersion[],
): readonly CardEvent[] {
  return reports.flatMap((one, i) => {
    const version = versions[one.ruleset];
    const data: ReportData = {
      at: RECEIVED,
      accessId: `offline-${String(i)}`,
      reportId: `r-${String(i)}`,
      number: i + 1,
      terminal: `T-${String(one.terminal)}`,
      occurredAt: iso(NOW + one.hours * HOUR + one.minutes * MINUTE),
      uncertaintySeconds: one.uncertaintySeconds,
      listVersion: null,
      mode: "BIN_RANGE",
      outcome: one.refused ? "REFUSED" : "ADMITTED",
      refusal: null,
      entryMode: "CHIP",
      trust: "KEY",
      grant: null,
      guests: { adults: one.adults, children: one.children, freeChildren: 0 },
      payment: null,
      location: {
        ...placeOf(),
        id: `place-${String(one.place)}`,
        name: "Lounge",
        merchantId: null,
        cooldownMinutes: one.cooldown,
        offlineAllowed: true,
      },
      issuer: null,
      ruleset:
        version === undefined ? null : { id: version.id, name: version.body.name, version: version.version },
      rules: version === undefined ? null : offlineRules.parse(version.body),
      circumstances: { cardKnown: true, terminal: "ACTIVE", listSent: true, listValidUntil: null },
    };
    const copy = {
      ...data,
      terminal: "T-0-copy",
      circumstances: { ...data.circumstances, terminal: "NOT_PAIRED" as const },
    };
    return [data, ...(one.copied ? [copy] : [])].map((of) => ({
      type: "OfflineEntryReported" as const,
      data: of,
    }));
  });
}
