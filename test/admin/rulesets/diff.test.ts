import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { diffOf } from "../../../src/admin/routes/rulesets/fields/diff.ts";
import { fieldsOf } from "../../../src/admin/routes/rulesets/fields/fields.ts";
import { loadTexts } from "../../../src/admin/texts/load.ts";
import type { RulesetBody } from "../../../src/domain/ruleset/events.ts";
import { rulesetInput, type RulesetInput } from "../../../src/domain/ruleset/input.ts";
import { bodies } from "./bodies.ts";

const { texts } = await loadTexts("en", "/rulesets");
const names = {
  words: texts.rulesetSummary,
  placeName: (id: string) => id,
  time: (at: string) => at,
  money: (amount: string, currency: string) => `${amount} ${currency}`,
};
const fields = (body: RulesetBody) => fieldsOf(body, { texts, names });
const body = (change: Partial<RulesetInput> = {}) => rulesetInput.parse({ name: "x", ...change });
const changes = (before: RulesetBody, after: RulesetBody) =>
  diffOf(fields(before), fields(after)).map(({ key, removed, added }) => [key, removed, added]);

describe("what is different between two versions", () => {
  test("aListIsComparedAsASet", () => {
    const before = body({ criteria: { productCodes: ["WLE", "MPL"] } });
    const after = body({ criteria: { productCodes: ["MCG", "WLE"] } });
    expect(changes(before, after)).toEqual([["criteria/productCodes", ["MPL"], ["MCG"]]]);
  });

  test("anAccountRangeMoreIsThatRangeOnly", () => {
    const range = { low: "510000", high: "519999" };
    const icas = [{ ica: "0001234", accountRanges: [range] }];
    const more = [{ ica: "0001234", accountRanges: [range, { low: "530000", high: "539999" }] }];
    expect(changes(body({ criteria: { icas } }), body({ criteria: { icas: more } }))).toEqual([
      ["criteria/icas", [], ["0001234: 530000–539999"]],
    ]);
  });

  test("whatIsOnlyInOneOfThemIsAddedOrRemoved", () => {
    const with30 = body({ spend: { amount: "100.00", currency: "EUR", days: 30 } });
    expect(changes(body(), with30)).toEqual([
      ["spend/amount", [], ["100.00 EUR"]],
      ["spend/days", [], ["30 days"]],
      ["spend/graceDays", [], ["0 days"]],
    ]);
    expect(changes(with30, body()).map(([key]) => key)).toEqual([
      "spend/amount",
      "spend/days",
      "spend/graceDays",
    ]);
  });

  test("noRuleDiffersFromItself, and what one way removes the other way adds", () => {
    fc.assert(
      fc.property(bodies, bodies, (one, other) => {
        expect(changes(one, one)).toEqual([]);
        const turned = changes(other, one).map(([key, removed, added]) => [key, added, removed]);
        expect(new Set(turned.map(String))).toEqual(new Set(changes(one, other).map(String)));
      }),
    );
  });
});
