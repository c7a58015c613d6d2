import { describe, expect, test } from "vitest";
import {
  type AccountRange,
  type Bounds,
  indexAccountRanges,
  padBounds,
} from "../../../src/domain/accountRange.ts";
import { accountRangeList } from "../../../src/domain/offline/accountRangeList.ts";
import { passesLuhn } from "../../../src/domain/pan.ts";
import { evaluate } from "../../../src/domain/ruleset/evaluate/evaluate.ts";
import type { CheckFacts, LocationFacts } from "../../../src/domain/ruleset/evaluate/facts.ts";
import { compilePortfolio } from "../../../src/domain/ruleset/evaluate/portfolio.ts";
import type { RulesetVersion } from "../../../src/domain/ruleset/stream.ts";
import { asNumber } from "../../../src/domain/count.ts";
import { DAY } from "../../../src/domain/time.ts";
import { decideOffline } from "../../../src/terminalKit/decide.ts";
import { accountRangePayload } from "../../../src/terminalKit/listShape.ts";
import type { AccountRangeList } from "../../../src/terminalKit/lists.ts";
import { LOCATIONS, RULESETS } from "../../support/domain/ids.ts";
import { Random } from "../../support/domain/random.ts";
import { COUNTRIES, ICAS, PRODUCTS } from "../../support/domain/world/vocabulary.ts";
import { someVersions } from "../../support/domain/world/rulesets.ts";

const WORLDS = Number(process.env["WORLDS"] ?? (process.env["LONG"] === "1" ? 200_000 : 10_000));
const NOW = Date.UTC(2027, 4, 10, 12);
const UNCAPPED = { ofCard: 0, underRuleset: () => 0 };

const FRESH: CheckFacts["card"] = {
  replaced: false,
  frozen: false,
  enrolled: false,
  open: null,
  visits: [],
  adjustments: [],
  asiFailed: false,
};

/** As a terminal holds it, once it has come over the wire. */
function delivered(made: ReturnType<typeof accountRangeList>): AccountRangeList {
  const payload = accountRangePayload.parse(
    JSON.parse(JSON.stringify({ kind: "ACCOUNT_RANGES", format: 1, locationId: null, ...made })),
  );
  return { ...payload, kind: "list", version: "v", issuedAt: NOW, validUntil: Number.POSITIVE_INFINITY };
}

interface OfflineWorld {
  readonly versions: readonly RulesetVersion[];
  readonly ranges: readonly AccountRange[];
  readonly location: LocationFacts;
  readonly trust: CheckFacts["terminalTrust"];
  readonly pan: string;
}

function panWith(digits: string): string {
  const last = Array.from({ length: 10 }, (_, digit) => digits + String(digit)).find(passesLuhn);
  if (last === undefined) throw new Error("one of ten check digits is right");
  return last;
}

/** Ranges around the number, nested and side by side, and rulesets of which most say something for offline. */
function offlineWorldOf(seed: number): OfflineWorld {
  const random = new Random(seed);
  const digits = random.pick([16, 16, 19, 12]);
  const pan = panWith(`51${random.times(digits - 3, () => String(random.upTo(9))).join("")}`);
  const versions = RULESETS.slice(0, random.pick([1, 2, 3, 4])).flatMap((id) =>
    someVersions(random, id, NOW, pan.padEnd(19, "0")).map((version) => ({
      ...version,
      body: {
        ...version.body,
        // What a terminal does not judge is not there, so that the server judges the same.
        ...{ totalUsage: null, spend: null, externalRule: null, verification: null },
        criteria: version.body.criteria === null ? null : { ...version.body.criteria, enrolledOnly: null },
        offline: random.chance(0.85)
          ? {
              accountRanges: random.chance(0.9),
              whitelist: true,
              maxGuests: random.upTo(5),
              perCardAndDay: null,
              perTerminalAndDay: null,
            }
          : null,
      },
    })),
  );
  const ranges = random.times(random.upTo(4), () => ({
    ...someBounds(random, pan),
    issuer: {
      ica: random.pick(ICAS),
      issuerName: "Bank",
      country: random.pick(COUNTRIES),
      productCode: random.pick(PRODUCTS),
      productName: null,
    },
  }));
  const location = {
    id: random.pick(LOCATIONS),
    country: random.pick(COUNTRIES),
    service: random.pick(["LOUNGE", "FAST_LINE"]),
    cooldownMinutes: null,
  };
  return { versions, ranges, location, trust: random.pick(["BEARER", "KEY", "ATTESTED"]), pan };
}

function someBounds(random: Random, pan: string): Bounds {
  const length = random.pick([2, 4, 6, 8]);
  const here = Number(pan.slice(0, length));
  const [a, b] = [here - random.upTo(3), here + random.between(-1, 3)];
  return padBounds(String(Math.min(a, b)), String(Math.max(a, b)));
}

describe("the account-range list", () => {
  test(`offlineLetsInWhomTheServerWould, at the same price, in ${String(WORLDS)} random worlds`, () => {
    const seen = { admitted: 0, refused: 0, later: 0 };
    for (let seed = 1; seed <= WORLDS; seed++) {
      const { versions, ranges, location, trust, pan } = offlineWorldOf(seed);
      const index = indexAccountRanges(ranges);
      const list = delivered(
        accountRangeList(index.pieces(), compilePortfolio(versions), { location, trust, now: NOW }),
      );
      // The list was made once; the rulesets begin and end while it is held.
      const now = NOW + (seed % 3) * DAY;
      const offline = decideOffline(list, pan, now, UNCAPPED);
      const issuer = index.find(pan)?.issuer ?? null;
      const portfolio = compilePortfolio(
        versions.map((version) =>
          version.body.offline?.accountRanges === true ? version : { ...version, inForceTo: 0 },
        ),
      );
      const facts: CheckFacts = {
        now,
        location,
        terminalTrust: trust,
        issuer,
        cardNumber: { kind: "number", padded: pan.padEnd(19, "0") },
        cardExpiresAt: null,
        card: FRESH,
        spend: null,
        budgets: new Map(),
        externalAnswers: new Map(),
        verification: null,
      };
      const online = evaluate(facts, portfolio);
      const again = `WORLDS=${String(seed)}`;
      // What no range holds is nobody's card: at the terminal it is none at all.
      if (issuer === null || online.kind !== "granted") {
        expect(offline, again).toMatchObject({ kind: "refused", why: "NOT_LISTED" });
        seen.refused += 1;
        continue;
      }
      seen.admitted += 1;
      if (now !== NOW) seen.later += 1;
      const { ruleset, cost, fee, guests } = online;
      if (offline.kind !== "admitted") throw new Error(`refused: ${offline.why}; again with ${again}`);
      const { terms } = offline;
      const most = versions.find((one) => one.id === ruleset.id && one.version === ruleset.version)?.body
        .offline?.maxGuests;
      expect(terms, again).toMatchObject({
        ruleset: { id: ruleset.id, version: ruleset.version },
        cost,
        fee,
      });
      expect(terms.guests.max, again).toBe(Math.min(asNumber(guests.max), most ?? -1));
      expect(terms.guests.freeUnderAge, again).toBe(guests.freeUnderAge);
    }
    // Each kind of world was there, often.
    expect(Math.min(seen.admitted, seen.refused, seen.later)).toBeGreaterThan(WORLDS / 20);
  });

  test("rangesAreDisjointAscendingAndMerged", () => {
    for (let seed = 1; seed <= 2_000; seed++) {
      const { versions, ranges, location, trust } = offlineWorldOf(seed);
      const pieces = indexAccountRanges(ranges).pieces();
      const list = accountRangeList(pieces, compilePortfolio(versions), { location, trust, now: NOW });
      list.ranges.forEach(([low, high, terms], i) => {
        expect(low <= high).toBe(true);
        expect(terms.length).toBeGreaterThan(0);
        const before = list.ranges[i - 1];
        if (before === undefined) return;
        expect(before[1] < low).toBe(true);
        const touches = BigInt(before[1]) + 1n === BigInt(low);
        expect(touches && JSON.stringify(before[2]) === JSON.stringify(terms)).toBe(false);
      });
      const used = new Set(list.ranges.flatMap(([, , terms]) => terms));
      expect([...used].sort((a, b) => a - b)).toEqual(list.terms.map((_, place) => place));
    }
  });

  test("theOrderInWhichRulesetsAndRangesAreListedChangesNothing", () => {
    for (let seed = 1; seed <= 500; seed++) {
      const { versions, ranges, location, trust } = offlineWorldOf(seed);
      const of = (all: readonly RulesetVersion[], known: readonly AccountRange[]) =>
        accountRangeList(indexAccountRanges(known).pieces(), compilePortfolio(all), {
          location,
          trust,
          now: NOW,
        });
      // Of equally narrow ranges the later counts: only those of different width may be turned around.
      const widths = new Set(ranges.map(({ low, high }) => BigInt(high) - BigInt(low)));
      const turned = widths.size === ranges.length ? ranges.toReversed() : ranges;
      expect(of(versions.toReversed(), turned)).toEqual(of(versions, ranges));
    }
  });
});
