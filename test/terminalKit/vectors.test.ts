import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { indexAccountRanges, padBounds } from "../../src/domain/accountRange.ts";
import { trustTier } from "../../src/domain/codes.ts";
import { accountRangeList } from "../../src/domain/offline/accountRangeList.ts";
import { compilePortfolio } from "../../src/domain/ruleset/evaluate/portfolio.ts";
import { rulesetInput } from "../../src/domain/ruleset/input.ts";
import { decideOffline, OFFLINE_REFUSALS } from "../../src/terminalKit/decide.ts";
import { takeAccountRangeList } from "../../src/terminalKit/lists.ts";

/** The published vectors, by which makers of terminals check their own: ours gives the same, on both sides of the wire. */

const text = z.string();
const vectors = z
  .strictObject({
    terminal: text,
    takenAt: text,
    keys: z.object({ keys: z.array(z.looseObject({ kty: text })) }),
    payload: text,
    version: text,
    validityPayload: text,
    list: text,
    validity: text,
    cases: z.array(
      z.strictObject({
        what: text,
        pan: text,
        at: text,
        letIn: z.strictObject({ ofCard: z.int(), underRuleset: z.record(text, z.int()) }),
        expected: z.union([
          z.strictObject({ kind: z.literal("admitted"), ruleset: text, cost: z.enum(["FREE", "PAID"]) }),
          z.strictObject({ kind: z.literal("refused"), why: z.enum(OFFLINE_REFUSALS) }),
        ]),
      }),
    ),
    madeOf: z.strictObject({
      asOf: text,
      location: z.strictObject({ id: text, country: text, service: text }),
      trust: trustTier,
      accountRanges: z.array(
        z.strictObject({
          low: text,
          high: text,
          ica: text,
          issuerName: text,
          country: text,
          productCode: text,
          productName: text.nullable(),
        }),
      ),
      rulesets: z.array(z.strictObject({ id: text, version: z.int(), body: rulesetInput })),
    }),
  })
  .parse(
    JSON.parse(readFileSync(new URL("../../docs/terminals/account-ranges.json", import.meta.url), "utf8")),
  );

async function taken() {
  const list = await takeAccountRangeList(vectors, {
    keys: vectors.keys,
    serialNumber: vectors.terminal,
    newestIssuedAt: null,
    now: Date.parse(vectors.takenAt),
  });
  if (list.kind !== "list") throw new Error(`the published list is refused: ${list.why}`);
  return list;
}

describe("the published list", () => {
  test("isTaken, and says what the vectors say", async () => {
    const list = await taken();
    const payload = z
      .looseObject({ terms: z.unknown(), ranges: z.unknown() })
      .parse(JSON.parse(vectors.payload));
    expect(list).toMatchObject({ version: vectors.version, terms: payload.terms, ranges: payload.ranges });
    const bytes = (jws: string): string => Buffer.from(jws.split(".")[1] ?? "", "base64url").toString();
    expect([bytes(vectors.list), bytes(vectors.validity)]).toEqual([
      vectors.payload,
      vectors.validityPayload,
    ]);
  });

  test("isWhatTheServerMakesOfTheProgrammeBesideIt", () => {
    const { asOf, location, trust, accountRanges, rulesets } = vectors.madeOf;
    const index = indexAccountRanges(
      accountRanges.map(({ low, high, ...issuer }) => ({ ...padBounds(low, high), issuer })),
    );
    const from = Date.parse("2027-01-01T00:00:00.000Z");
    const portfolio = compilePortfolio(
      rulesets.map((ruleset) => ({ ...ruleset, inForceFrom: from, inForceTo: null })),
    );
    const made = accountRangeList(index.pieces(), portfolio, {
      location: { ...location, cooldownMinutes: null },
      trust,
      now: Date.parse(asOf),
    });
    expect(JSON.stringify({ kind: "ACCOUNT_RANGES", format: 1, locationId: location.id, ...made })).toBe(
      vectors.payload,
    );
  });

  test.each(vectors.cases)("$what", async ({ pan, at, letIn, expected }) => {
    const decision = decideOffline(await taken(), pan, Date.parse(at), {
      ofCard: letIn.ofCard,
      underRuleset: (id) => letIn.underRuleset[id] ?? 0,
    });
    expect(
      decision.kind === "admitted"
        ? { kind: "admitted", ruleset: decision.terms.ruleset.id, cost: decision.terms.cost }
        : { kind: "refused", why: decision.why },
    ).toEqual(expected);
  });

  test("everyWayToRefuseIsShownOnce", () => {
    const shown = vectors.cases.flatMap(({ expected }) =>
      expected.kind === "refused" ? [expected.why] : [],
    );
    expect(new Set(shown)).toEqual(new Set(OFFLINE_REFUSALS.filter((why) => why !== "CAP_OF_TERMINAL")));
  });
});
