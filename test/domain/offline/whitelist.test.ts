import { describe, expect, test } from "vitest";
import { whitelistTerms } from "../../../src/domain/offline/whitelist.ts";
import { compilePortfolio } from "../../../src/domain/ruleset/evaluate/portfolio.ts";
import { rulesetInput } from "../../../src/domain/ruleset/input.ts";
import type { RulesetVersion } from "../../../src/domain/ruleset/stream.ts";
import { LOCATIONS, RULESETS } from "../../support/domain/ids.ts";

const NOW = Date.UTC(2027, 4, 10, 12);
const DAY = 86_400_000;
const [HERE, ELSEWHERE] = LOCATIONS;
const [A, B] = RULESETS;
const OFFLINE = { whitelist: true };
const SCENE = {
  location: { id: HERE, country: "POL", service: "LOUNGE", cooldownMinutes: null },
  trust: "KEY",
  now: NOW,
} as const;

function version(
  id: string,
  body: Record<string, unknown>,
  more: Partial<RulesetVersion> = {},
): RulesetVersion {
  return {
    id,
    version: 1,
    body: rulesetInput.parse({ name: "Rules", offline: OFFLINE, ...body }),
    inForceFrom: NOW - DAY,
    inForceTo: null,
    ...more,
  };
}

function termsOf(...versions: readonly RulesetVersion[]): readonly string[] {
  const { terms } = whitelistTerms(compilePortfolio(versions), SCENE);
  return terms.map(({ ruleset }) => `${ruleset.id}@${String(ruleset.version)}`);
}

describe("terms of a whitelist", () => {
  test.each<[string, Record<string, unknown>, boolean]>([
    ["everywhere", {}, true],
    ["of an issuer: who issued the card is not asked", { criteria: { icas: [{ ica: "0001234" }] } }, true],
    ["of a product", { criteria: { productCodes: ["WLE"] } }, true],
    ["here", { criteria: { locations: { locationIds: [HERE] } } }, true],
    ["in this country", { criteria: { locations: { countries: ["POL"] } } }, true],
    ["elsewhere", { criteria: { locations: { locationIds: [ELSEWHERE] } } }, false],
    ["in another country", { criteria: { locations: { countries: ["DEU"] } } }, false],
    ["of this service", { criteria: { services: ["LOUNGE"] } }, true],
    ["of another service", { criteria: { services: ["FAST_LINE"] } }, false],
    ["for terminals that prove as much", { criteria: { minimumTrust: "KEY" } }, true],
    ["for terminals that prove more", { criteria: { minimumTrust: "ATTESTED" } }, false],
    ["by account ranges alone", { offline: { accountRanges: true } }, false],
    ["not offline", { offline: null }, false],
    ["over by now", { validTo: new Date(NOW).toISOString() }, false],
    ["to come", { validFrom: new Date(NOW + DAY).toISOString() }, true],
  ])("are those of a ruleset %s", (_, body, isThere) => {
    expect(termsOf(version(A, body))).toEqual(isThere ? [`${A}@1`] : []);
  });

  test("stand in the order of preference, versions of a ruleset one after the other", () => {
    const next = { version: 2, inForceFrom: NOW + DAY };
    const versions = [
      version(A, { priority: 200 }, { inForceTo: NOW + DAY }),
      version(A, { priority: 50 }, next),
      version(B, { priority: 100 }),
    ];
    expect(termsOf(...versions)).toEqual([`${A}@2`, `${B}@1`, `${A}@1`]);
    const { ofRuleset } = whitelistTerms(compilePortfolio(versions), SCENE);
    expect([...ofRuleset].sort()).toEqual(
      [
        [A, [0, 2]],
        [B, [1]],
      ].sort(),
    );
  });
});
