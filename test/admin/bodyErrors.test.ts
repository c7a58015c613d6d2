import { describe, expect, test } from "vitest";
import { z } from "zod";
import { errorsOf } from "../../src/admin/shared/form/bodyErrors.ts";
import { loadTexts } from "../../src/admin/texts/load.ts";
import { brandingInput } from "../../src/domain/branding/input.ts";
import { keyInput } from "../../src/domain/key/input.ts";
import { locationInput } from "../../src/domain/location/input.ts";
import { merchantInput } from "../../src/domain/merchant/input.ts";
import { rulesetInput } from "../../src/domain/ruleset/input.ts";
import { serialNumber } from "../../src/domain/terminal/input.ts";
import { termsInput } from "../../src/domain/terms/input.ts";
import { userInput } from "../../src/domain/user/input.ts";

const { texts: english } = await loadTexts("en", "/account");
const { texts: polish } = await loadTexts("pl", "/account");

const long = "x".repeat(3_000);
const range = (low: string, high: string) => ({
  criteria: { icas: [{ ica: "1", accountRanges: [{ low, high }] }] },
});
const fee = (amount: string, currency = "EUR") => ({ amount, currency });

/** Bodies with something wrong in each, as a form would send them. */
const BAD: readonly (readonly [z.ZodType, unknown])[] = [
  [rulesetInput, { name: long, description: long, priority: -1 }],
  [rulesetInput, { name: "x", priority: 1e12, validFrom: "yesterday" }],
  [rulesetInput, { name: "x", validFrom: "9999-12-31T23:59:59-05:00" }],
  [rulesetInput, { name: "x", validFrom: "2026-12-02T00:00:00Z", validTo: "2026-12-01T00:00:00Z" }],
  [
    rulesetInput,
    { name: "x", criteria: { issuerCountries: ["Poland"], productCodes: ["wle"], services: ["SPA"] } },
  ],
  [rulesetInput, { name: "x", criteria: { icas: [{ ica: "one" }], locations: { locationIds: ["here"] } } }],
  [rulesetInput, { name: "x", ...range("55", "56") }],
  [rulesetInput, { name: "x", ...range("5556", "5555") }],
  [rulesetInput, { name: "x", ...range("5555555555554444", "5555555555554444") }],
  [rulesetInput, { name: "x", cardholder: { free: -1, paid: 1 } }],
  [rulesetInput, { name: "x", cardholder: { paid: 1, fee: fee("12,50") } }],
  [rulesetInput, { name: "x", cardholder: { paid: 1, fee: fee("12.505") } }],
  [rulesetInput, { name: "x", cardholder: { paid: 1, fee: fee("12.50", "CLF") } }],
  [
    rulesetInput,
    {
      name: "x",
      cardholder: { paid: 1, fee: fee("1.00") },
      guests: { adults: { paid: 1, fee: fee("1.00", "USD") } },
    },
  ],
  [
    rulesetInput,
    {
      name: "x",
      cardholder: { free: 1, window: { kind: "CALENDAR", unit: "DAY", timeZone: "Mars/Olympus" } },
    },
  ],
  [rulesetInput, { name: "x", spend: { amount: "1.00", currency: "EUR", days: 30, mccs: ["food"] } }],
  [
    locationInput,
    { name: long, countryCode: "Poland", service: "SPA", timeZone: "Mars/Olympus", cooldownMinutes: -1 },
  ],
  [merchantInput, { name: long }],
  [z.object({ serialNumber }), { serialNumber: "has a space" }],
  [keyInput, { name: long, role: "KING" }],
  [keyInput, { name: "x", role: "ADMIN", scope: { icas: ["1"] } }],
  [userInput, { email: "nobody", firstName: long, lastName: "x", role: "KING" }],
  [termsInput, { kind: "TERMS", validFrom: "tomorrow" }],
  [termsInput, { kind: "TERMS", validFrom: "1969-01-01" }],
  [
    brandingInput,
    {
      name: "x",
      logo: null,
      accent: "blue",
      links: [{ label: "x", url: "http://a.example/" }],
      support: { email: "nobody", phone: "call me" },
      services: {
        LOUNGE: { offered: false, names: { en: null, pl: null } },
        FAST_LINE: { offered: false, names: { en: null, pl: null } },
      },
    },
  ],
];

function messagesOf(schema: z.ZodType, body: unknown, { shell }: typeof english): readonly string[] {
  const { issues } = schema.safeParse(body).error ?? { issues: [] };
  // What is filled in has a value: only what stands there is judged.
  return issues.flatMap((issue) => leaves(errorsOf([issue], body, shell.errors)));
}

function leaves(tree: object): readonly string[] {
  return Object.entries(tree).flatMap(([name, value]: readonly [string, unknown]) =>
    typeof value === "object" && value !== null ? leaves(value) : name === "message" ? [String(value)] : [],
  );
}

describe("what is wrong with a field", () => {
  test.each(BAD)("isSaidInTheLanguageOfThePanel (%#)", (schema, body) => {
    const inEnglish = messagesOf(schema, body, english);
    const inPolish = messagesOf(schema, body, polish);
    expect(inEnglish.length).toBeGreaterThan(0);
    expect(inPolish).toHaveLength(inEnglish.length);
    for (const [index, message] of inPolish.entries()) {
      expect(message).not.toBe(inEnglish[index]);
    }
    // What zod says by itself speaks of types and is for nobody who fills in a form.
    for (const message of inEnglish) expect(message).not.toMatch(/^(Invalid|Too (small|big)|Unrecognized)/);
  });
});
