import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { emptyForm } from "../../../src/admin/routes/rulesets/form/model.ts";
import { toBody } from "../../../src/admin/routes/rulesets/form/toBody.ts";
import { toForm } from "../../../src/admin/routes/rulesets/form/toForm.ts";
import { compileRuleset } from "../../../src/domain/ruleset/evaluate/compile.ts";
import type { RulesetBody } from "../../../src/domain/ruleset/events.ts";
import { rulesetInput } from "../../../src/domain/ruleset/input.ts";
import { bodies } from "./bodies.ts";

const again = (body: RulesetBody): RulesetBody => rulesetInput.parse(toBody(toForm(body)));
const compiled = (body: RulesetBody) =>
  compileRuleset({ id: "r", version: 1, body, inForceFrom: 0, inForceTo: null });

describe("the form of a rule", () => {
  test("whatRulesWrittenInAnySpellingMeanIsTheSameAfterTheForm", () => {
    fc.assert(
      fc.property(bodies, (body) => {
        expect(compiled(again(body))).toEqual(compiled(body));
        expect(again(body).description).toBe(body.description ?? "");
      }),
      { numRuns: 500 },
    );
  });

  test("whatTheFormHasWrittenIsReadAndWrittenAsTheSameBody", () => {
    fc.assert(
      fc.property(bodies, (body) => {
        const written = again(body);
        expect(toBody(toForm(written))).toEqual(written);
      }),
      { numRuns: 500 },
    );
  });

  test("whatAChoiceHidesKeepsItsTextAndIsNotSent", () => {
    const form = emptyForm();
    form.name = "x";
    form.cardholder = { ...form.cardholder, mode: "FREE", free: "3", paid: "4", fee: { amount: "25.00" } };
    form.spend = { ...form.spend, mode: "OFF", amount: "100.00" };
    form.guests.sharedPool.free = "6";
    const body = rulesetInput.parse(toBody(form));
    expect(body.cardholder).toMatchObject({ free: 3, paid: 0, fee: null });
    expect(body.spend).toBeNull();
    expect(body.guests).toBeNull();
  });

  test.each([
    [
      "a count that is wanted",
      (form: ReturnType<typeof emptyForm>) => (form.cardholder.free = ""),
      "cardholder.free",
    ],
    ["no number", (form: ReturnType<typeof emptyForm>) => (form.priority = "ten"), "priority"],
    [
      "an amount that is wanted",
      (form: ReturnType<typeof emptyForm>) => (form.cardholder.mode = "PAID"),
      "cardholder.fee.amount",
    ],
    [
      "a short range",
      (form: ReturnType<typeof emptyForm>) =>
        form.criteria.icas.push({ ica: "1", mode: "RANGES", accountRanges: [{ low: "12", high: "13" }] }),
      "criteria.icas.0.accountRanges.0.low",
    ],
  ])("whatIsWrongIsRefusedAtItsField: %s", (_name, change, field) => {
    const form = emptyForm();
    form.name = "x";
    form.cardholder.free = "1";
    form.cardholder.paid = "1";
    change(form);
    const parsed = rulesetInput.safeParse(toBody(form));
    expect(parsed.error?.issues.map(({ path }) => path.join("."))).toContain(field);
  });
});
