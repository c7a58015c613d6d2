import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { storedLocation } from "../../src/domain/location/events.ts";
import { keyInput } from "../../src/domain/key/input.ts";
import { locationInput } from "../../src/domain/location/input.ts";
import { merchantInput } from "../../src/domain/merchant/input.ts";
import { rulesetInput } from "../../src/domain/ruleset/input.ts";
import { EVENT_TYPES, STREAM_KINDS, STREAMS } from "../../src/domain/streams.ts";
import { upcast } from "../../src/eventlog/upcasters.ts";
import { userInput } from "../../src/domain/user/input.ts";

/** What is stored is read as it was of its time: whatever is typed in today, and whatever a newer release says besides. */

const examples = z
  .array(z.object({ type: z.string(), version: z.int(), data: z.json() }))
  .parse(JSON.parse(readFileSync(new URL("../golden/events.json", import.meta.url), "utf8")));

function kindOf(type: string) {
  const kind = STREAM_KINDS.find((one) => STREAMS[one].types.includes(type));
  if (kind === undefined) throw new Error(`${type} stands in no stream`);
  return kind;
}

type JsonValue = z.infer<ReturnType<typeof z.json>>;

/** The same with one more member in each object, at every depth. */
function grown(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(grown);
  if (value === null || typeof value !== "object") return value;
  const members = Object.entries(value).map(([name, member]) => [name, grown(member)] as const);
  return { ...Object.fromEntries(members), ofANewerRelease: { said: ["more"] } };
}

describe.each(examples)("$type $version", ({ type, version, data: stored }) => {
  const kind = kindOf(type);
  const data = z.json().parse(upcast(type, version, stored, EVENT_TYPES));

  test("isReadWithOneMoreMemberEverywhere, and says the same", () => {
    const before = STREAMS[kind].event.parse({ type, data });
    const after = STREAMS[kind].event.parse({ type, data: grown(data) });
    expect(after).toMatchObject(before);
  });
});

test("anOlderReleaseDropsOnPurposeWhatItDoesNotKnow, but in rulesets", () => {
  expect(storedLocation.parse(grown(PLACE))).toEqual(PLACE);
});

test("aPublicationOfADraftOfANewerReleaseLosesNothing", () => {
  const draft = examples.find(({ type }) => type === "RulesetDrafted");
  const event = STREAMS.ruleset.event.parse({ type: "RulesetDrafted", data: grown(draft?.data ?? null) });
  if (event.type !== "RulesetDrafted") throw new Error("a draft is a draft");
  const { body } = event.data;
  const said = { said: ["more"] };
  expect(body["ofANewerRelease"]).toEqual(said);
  expect(body.criteria?.["ofANewerRelease"]).toEqual(said);
  expect(body.cardholder?.["ofANewerRelease"]).toEqual(said);
});

const PLACE = {
  ...{ name: "Lounge", countryCode: "POL", service: "LOUNGE", postalCode: "00-001", city: "Warsaw" },
  ...{ address: null, cooldownMinutes: null, merchantId: null, timeZone: null, offlineAllowed: true },
};
const SCOPE = { icas: [], merchantIds: [], locationIds: [] };
const USER = { email: "a@example.com", firstName: "A", lastName: "B", role: "USER", scope: SCOPE };
const RULES = rulesetInput.parse({ name: "Rules" });
const VISITS = { window: null, perLocation: null, free: 1, paid: 0, fee: null };
const CRITERIA = {
  ...{ issuerCountries: null, productCodes: null, icas: null, services: null, locations: null },
  ...{ enrolledOnly: null, minimumTrust: null },
};
const SPEND = { amount: "10.00", currency: "EUR", days: 30, mccs: null, graceDays: 0 };
const euro = (amount: string) => ({ amount, currency: "EUR" });

/** Bodies that today's input refuses; each was taken by some release, or will be. */
const refusedToday: readonly (readonly [string, string, z.ZodType, Record<string, unknown>])[] = [
  [
    "a zone that this runtime does not know",
    "Location",
    locationInput,
    { ...PLACE, timeZone: "Mars/Tharsis" },
  ],
  ["a service that is not offered yet", "Location", locationInput, { ...PLACE, service: "SPA" }],
  ["a name as long as it used to be", "Location", locationInput, { ...PLACE, name: "x".repeat(900) }],
  ["a name that was not trimmed", "Merchant", merchantInput, { name: "" }],
  ["a country that is no code", "Location", locationInput, { ...PLACE, countryCode: "Poland" }],
  ["a merchant that is no ULID", "Location", locationInput, { ...PLACE, merchantId: "7" }],
  ["a cooldown of years", "Location", locationInput, { ...PLACE, cooldownMinutes: 9_000_000 }],
  ["an e-mail that is none", "User", userInput, { ...USER, email: "somebody" }],
  [
    "an administrator with a scope",
    "Key",
    keyInput,
    { name: "k", role: "ADMIN", scope: { ...SCOPE, icas: ["1"] } },
  ],
  ["an ICA of letters", "Key", keyInput, { name: "k", role: "ISSUER", scope: { ...SCOPE, icas: ["abc"] } }],
  ["a priority below none", "Ruleset", rulesetInput, { ...RULES, priority: -5 }],
  [
    "an end before its beginning",
    "Ruleset",
    rulesetInput,
    { ...RULES, validFrom: "2027-01-01", validTo: "2026-01-01" },
  ],
  ["no text for a time", "Ruleset", rulesetInput, { ...RULES, validFrom: "soon" }],
  [
    "a window in a zone that this runtime does not know",
    "Ruleset",
    rulesetInput,
    {
      ...RULES,
      cardholder: { ...VISITS, window: { kind: "CALENDAR", unit: "DAY", timeZone: "Mars/Tharsis" } },
    },
  ],
  [
    "a window of a century",
    "Ruleset",
    rulesetInput,
    { ...RULES, totalUsage: { max: 1, window: { kind: "ROLLING", days: 36_500 } } },
  ],
  ["paid visits without a fee", "Ruleset", rulesetInput, { ...RULES, cardholder: { ...VISITS, paid: 2 } }],
  [
    "a fee with too many digits",
    "Ruleset",
    rulesetInput,
    { ...RULES, cardholder: { ...VISITS, fee: euro("1.555") } },
  ],
  [
    "a currency of a newer release",
    "Ruleset",
    rulesetInput,
    { ...RULES, spend: { ...SPEND, currency: "XYZ" } },
  ],
  [
    "a country in small letters",
    "Ruleset",
    rulesetInput,
    { ...RULES, criteria: { ...CRITERIA, issuerCountries: ["pol"] } },
  ],
  [
    "an account range of one card",
    "Ruleset",
    rulesetInput,
    {
      ...RULES,
      criteria: {
        ...CRITERIA,
        icas: [{ ica: "1", accountRanges: [{ low: "5".repeat(19), high: "5".repeat(19) }] }],
      },
    },
  ],
];

test.each(refusedToday)("isStillRead: %s", (_what, name, input, body) => {
  expect(input.safeParse(body).success).toBe(false);
  const by = { id: "01J00000000000000000000VA1", role: "ADMIN" };
  const at = "2026-01-31T12:00:00.000Z";
  const kind = kindOf(`${name}Created`);
  const id = name === "Ruleset" ? { rulesetId: "r" } : { id: "x" };
  const added = name === "User" ? { disabled: false } : {};
  const event = { type: `${name}Created`, data: { ...id, at, by, body: { ...body, ...added } } };
  expect(STREAMS[kind].event.parse(event)).toEqual(event);
});

test("aBodyOfAnotherShapeIsNoEvent", () => {
  expect(storedLocation.safeParse({ ...PLACE, name: 7 }).success).toBe(false);
  expect(storedLocation.safeParse({ name: "Lounge" }).success).toBe(false);
});
