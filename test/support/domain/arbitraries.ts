import fc from "fast-check";
import type { RulesetVersion } from "../../../src/domain/ruleset/stream.ts";
import type { GuestCounts } from "../../../src/domain/card/shapes.ts";
import { DAY, HOUR, MINUTE } from "../../../src/domain/time.ts";
import { CALENDAR_UNITS, type Window } from "../../../src/domain/window.ts";
import { bodyOf } from "./fixtures.ts";
import type { Step } from "./history.ts";
import { RULESETS } from "./ids.ts";
import { ZONES } from "./world/vocabulary.ts";
import { type World, worldOf } from "./world/world.ts";

/** Random things for fast-check. */

/** By seed: two hundred thousand of them are compared in `differential.test.ts`. */
export const world: fc.Arbitrary<World> = fc.nat().map(worldOf);

export const window: fc.Arbitrary<Window | null> = fc.oneof(
  fc.constant(null),
  fc.record({ kind: fc.constant("ROLLING" as const), days: fc.constantFrom(1, 2, 7) }),
  fc.record({
    kind: fc.constant("CALENDAR" as const),
    unit: fc.constantFrom(...CALENDAR_UNITS),
    timeZone: fc.constantFrom(...ZONES),
  }),
  fc.constant({ kind: "VALIDITY" as const }),
);

const few = fc.oneof(fc.nat(3), fc.constant("UNLIMITED" as const));
const FEES = [
  { amount: "0", currency: "EUR" },
  { amount: "7.35", currency: "EUR" },
  { amount: "25", currency: "EUR" },
] as const;

const kind = fc.record({
  free: few,
  paid: few,
  fee: fc.constantFrom(...FEES),
  maxPerEntry: fc.option(fc.nat(4)),
});

/** A ruleset with limits only: it applies to everybody. */
export function limitedRuleset(id: string): fc.Arbitrary<RulesetVersion> {
  return fc
    .record({
      priority: fc.constantFrom(1, 2),
      cardholder: fc.record({
        window,
        perLocation: fc.option(fc.integer({ min: 1, max: 3 })),
        free: fc.nat(3),
        paid: fc.nat(2),
        fee: fc.constantFrom(...FEES),
      }),
      guests: fc.option(
        fc.record({
          adults: fc.option(kind),
          children: fc.option(kind),
          freeUnderAge: fc.option(fc.constant(3)),
          sharedPool: fc.option(fc.record({ free: fc.nat(4) })),
        }),
      ),
    })
    .map((input) => ({ id, version: 1, body: bodyOf(input), inForceFrom: 0, inForceTo: null }));
}

export const limitedRulesets: fc.Arbitrary<readonly RulesetVersion[]> = fc
  .tuple(limitedRuleset(RULESETS[0]), fc.option(limitedRuleset(RULESETS[1])))
  .map(([first, second]) => (second === null ? [first] : [first, second]));

export const guestCounts: fc.Arbitrary<GuestCounts> = fc.record({
  adults: fc.nat(3),
  children: fc.nat(2),
  freeChildren: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(2) }),
});

const card = fc.nat(1);
const back = fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 3, arbitrary: fc.nat(3) });
const noGuests = fc.constant({ adults: 0, children: 0, freeChildren: 0 });

export const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant("check" as const), card, location: fc.nat(1) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("confirm" as const),
      card,
      back,
      guests: fc.oneof(noGuests, guestCounts),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constantFrom("cancel" as const, "lapse" as const), card, back }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("reverse" as const), card, back, guests: fc.option(guestCounts) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("adjust" as const), card, free: fc.nat(1), paid: fc.nat(1) }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant("wait" as const),
      for: fc.constantFrom(0, 1, MINUTE, 5 * MINUTE, 5 * MINUTE, 6 * MINUTE, HOUR, 11 * HOUR, DAY, 6 * DAY),
    }),
  },
);

export const steps: fc.Arbitrary<readonly Step[]> = fc.array(step, {
  minLength: 5,
  maxLength: 60,
  size: "max",
});
