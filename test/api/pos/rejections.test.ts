import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import type { RulesetInput } from "../../../src/domain/ruleset/input.ts";
import type { Terminal } from "../../../src/cli/pos/terminal.ts";
import {
  check,
  confirm,
  createLocation,
  createTerminal,
  outcome,
  simpleProgramme,
  testPan,
} from "../../support/programme.ts";
import { startTestServer, type TestServer } from "../../support/server.ts";

/** Each reason for a rejection, arranged as a client would arrange it, over HTTP alone. */

let product: TestServer;
let pans = 30_000;
const newPan = (): string => testPan(++pans);
const eur = (amount: string) => ({ amount, currency: "EUR" });

beforeAll(async () => {
  product = await startTestServer({ testClock: true });
});
afterAll(async () => {
  await product.stop();
});

async function programme(ruleset: Partial<RulesetInput> = {}, location: Record<string, unknown> = {}) {
  return await simpleProgramme(product.admin, product.url, ruleset, location);
}

async function advance(duration: string): Promise<void> {
  await product.admin.send("POST", "/api/test-clock", { advance: duration });
}

async function businessNow(): Promise<number> {
  const answer = await product.admin.send("GET", "/api/test-clock");
  return Date.parse(z.object({ now: z.string() }).parse(answer.body).now);
}

async function visit(terminal: Terminal, pan: string): Promise<string> {
  const answer = outcome(await check(terminal, pan));
  expect(answer).toMatchObject({ decision: "GRANTED" });
  expect((await confirm(terminal, answer.accessId)).status).toBe(200);
  return answer.accessId;
}

async function codeOf(terminal: Terminal, pan: string): Promise<string> {
  const answer = outcome(await check(terminal, pan));
  return answer.code ?? answer.decision;
}

async function cardIdOf(pan: string): Promise<string> {
  return z
    .object({ cardId: z.string() })
    .parse((await product.admin.send("POST", "/api/cards/lookup", { pan })).body).cardId;
}

test("UNKNOWN_DEVICE: the terminal belongs to no location", async () => {
  const terminal = await createTerminal(product.admin, product.url, null);
  expect(await codeOf(terminal, newPan())).toBe("UNKNOWN_DEVICE");
});

describe("MISSING_ACCESS_RULES: no ruleset applies", () => {
  test.each<[string, RulesetInput["criteria"]]>([
    ["issuer country", { issuerCountries: ["DEU"] }],
    ["product code", { productCodes: ["MCG"] }],
    ["ICA", { icas: [{ ica: "9999999" }] }],
    ["account range", { icas: [{ ica: "0001234", accountRanges: [{ low: "5100", high: "5199" }] }] }],
    ["service", { services: ["FAST_LINE"] }],
    ["location country", { locations: { countries: ["DEU"], locationIds: [] } }],
  ])("by its %s", async (_what, criteria) => {
    const { terminal } = await programme({ criteria });
    expect(await codeOf(terminal, newPan())).toBe("MISSING_ACCESS_RULES");
  });

  test("before validFrom, from validTo on, after it is retired, and until it is published", async () => {
    const now = await businessNow();
    const at = (ms: number): string => new Date(now + ms).toISOString();
    const { terminal } = await programme({ validFrom: at(3_600_000), validTo: at(7_200_000) });
    const pan = newPan();
    expect(await codeOf(terminal, pan)).toBe("MISSING_ACCESS_RULES");
    await advance("PT1H1M");
    await visit(terminal, pan);
    await advance("PT1H");
    expect(await codeOf(terminal, pan)).toBe("MISSING_ACCESS_RULES");
    const retired = await programme();
    await visit(retired.terminal, newPan());
    await product.admin.send("POST", `/api/rulesets/${retired.rulesetId}/retire`, {});
    expect(await codeOf(retired.terminal, newPan())).toBe("MISSING_ACCESS_RULES");
  });

  test("a version published for later takes over at its time", async () => {
    const { terminal, rulesetId, locationId } = await programme({ cardholder: { free: "UNLIMITED" } });
    const later = new Date((await businessNow()) + 3_600_000).toISOString();
    const criteria = { locations: { locationIds: [locationId] } };
    await product.admin.send("PUT", `/api/rulesets/${rulesetId}`, {
      name: "Stricter",
      criteria,
      cardholder: { free: 1 },
    });
    await product.admin.send("POST", `/api/rulesets/${rulesetId}/publish`, { at: later });
    const pan = newPan();
    await visit(terminal, pan);
    await visit(terminal, pan);
    await advance("PT1H1M");
    expect(await codeOf(terminal, pan)).toBe("LIMIT_EXCEEDED");
  });
});

test("CARD_FROZEN and thawed", async () => {
  const { terminal } = await programme();
  const pan = newPan();
  const cardId = await cardIdOf(pan);
  await product.admin.send("POST", `/api/cards/${cardId}/freeze`, { reason: "lost" });
  expect(await codeOf(terminal, pan)).toBe("CARD_FROZEN");
  await product.admin.send("POST", `/api/cards/${cardId}/unfreeze`, { reason: "found" });
  expect(await codeOf(terminal, pan)).toBe("GRANTED");
});

test("TEMPORARILY_BLOCKED: anywhere, until it is confirmed, cancelled or lapsed", async () => {
  const here = await programme();
  const there = await programme();
  const pan = newPan();
  expect(await codeOf(here.terminal, pan)).toBe("GRANTED");
  const blocked = outcome(await check(there.terminal, pan));
  expect(blocked).toMatchObject({ code: "TEMPORARILY_BLOCKED", retryable: true });
  await advance("PT5M");
  expect(await codeOf(there.terminal, pan)).toBe("GRANTED");
});

test("COOLDOWN_ACTIVE: at this location only, from the confirmation", async () => {
  const { terminal } = await programme({}, { cooldownMinutes: 30 });
  const elsewhere = await programme();
  const pan = newPan();
  const { accessId } = outcome(await check(terminal, pan));
  await advance("PT3M");
  await confirm(terminal, accessId);
  await advance("PT29M");
  const cooling = outcome(await check(terminal, pan));
  expect(cooling).toMatchObject({ code: "COOLDOWN_ACTIVE", retryable: true });
  expect(cooling.nextFreeAt).toBeTruthy();
  await visit(elsewhere.terminal, pan);
  await advance("PT1M");
  expect(await codeOf(terminal, pan)).toBe("GRANTED");
});

describe("UNMET_REQUIREMENTS", () => {
  test("enrolment", async () => {
    const { terminal } = await programme({ criteria: { enrolledOnly: true } });
    const pan = newPan();
    const cardId = await cardIdOf(pan);
    expect(await codeOf(terminal, pan)).toBe("UNMET_REQUIREMENTS");
    await product.admin.send("POST", `/api/cards/${cardId}/enroll`, { reason: "signed up" });
    expect(await codeOf(terminal, pan)).toBe("GRANTED");
  });

  test("trust of the terminal", async () => {
    const { terminal } = await programme({ criteria: { minimumTrust: "ATTESTED" } });
    expect(await codeOf(terminal, newPan())).toBe("UNMET_REQUIREMENTS");
    const keyed = await programme({ criteria: { minimumTrust: "KEY" } });
    expect(await codeOf(keyed.terminal, newPan())).toBe("GRANTED");
  });

  test("spend: MCC, currency by the day's rate, refund, window and grace", async () => {
    const spend = { ...eur("100.00"), days: 10, mccs: ["5941"], graceDays: 2 };
    const { terminal } = await programme({ spend });
    const pan = newPan();
    const now = await businessNow();
    const transactionAt = new Date(now).toISOString();
    const push = async (id: string, more: Record<string, unknown>) => {
      const one = {
        transactionId: `${pan.slice(-6)}-${id}`,
        type: "PURCHASE",
        pan,
        mcc: "5941",
        transactionAt,
        ...more,
      };
      await product.admin.send("POST", "/api/transactions", { transactions: [one] });
    };
    expect(await codeOf(terminal, pan)).toBe("UNMET_REQUIREMENTS");
    await push("other-mcc", { amount: eur("500.00"), mcc: "5812" });
    await push("zloty", { amount: { amount: "200.00", currency: "PLN" } });
    expect(await codeOf(terminal, pan)).toBe("UNMET_REQUIREMENTS");
    const rates = [{ date: transactionAt.slice(0, 10), base: "EUR", quote: "PLN", rate: "4.00" }];
    await product.admin.send("POST", "/api/rates", { rates });
    await push("almost", { amount: eur("49.99") });
    expect(await codeOf(terminal, pan)).toBe("UNMET_REQUIREMENTS");
    await push("a-cent", { amount: eur("0.01") });
    await visit(terminal, pan);
    await push("refund", { type: "REFUND", refersTo: `${pan.slice(-6)}-a-cent`, amount: eur("0.01") });
    expect(await codeOf(terminal, pan)).toBe("UNMET_REQUIREMENTS");
    await push("another", { amount: eur("1.00") });
    await advance("P11D");
    await visit(terminal, pan);
    await advance("P2D");
    expect(await codeOf(terminal, pan)).toBe("UNMET_REQUIREMENTS");
  });
});

describe("LIMIT_EXCEEDED and free again", () => {
  test.each<[string, RulesetInput["cardholder"], string]>([
    ["rolling days", { window: { kind: "ROLLING", days: 3 }, free: 1 }, "P3D"],
    [
      "a calendar day",
      { window: { kind: "CALENDAR", unit: "DAY", timeZone: "Europe/Warsaw" }, free: 1 },
      "P1D",
    ],
    [
      "a calendar month",
      { window: { kind: "CALENDAR", unit: "MONTH", timeZone: "Asia/Tokyo" }, free: 1 },
      "P31D",
    ],
  ])("over %s", async (_what, cardholder, later) => {
    const { terminal } = await programme({ cardholder });
    const pan = newPan();
    await visit(terminal, pan);
    const refused = outcome(await check(terminal, pan));
    expect(refused).toMatchObject({ code: "LIMIT_EXCEEDED", retryable: false });
    expect(Date.parse(refused.nextFreeAt ?? "")).toBeGreaterThan(await businessNow());
    await advance(later);
    expect(await codeOf(terminal, pan)).toBe("GRANTED");
  });

  test("over the ruleset's validity it never comes back", async () => {
    const { terminal } = await programme({ cardholder: { window: { kind: "VALIDITY" }, free: 1 } });
    const pan = newPan();
    await visit(terminal, pan);
    expect(outcome(await check(terminal, pan))).toMatchObject({ code: "LIMIT_EXCEEDED", nextFreeAt: null });
  });

  test("per location", async () => {
    const { terminal, rulesetId, locationId } = await programme({
      cardholder: { perLocation: 1, free: "UNLIMITED" },
    });
    const second = await createLocation(product.admin);
    const there = await createTerminal(product.admin, product.url, second);
    const criteria = { locations: { locationIds: [locationId, second] } };
    const body = { name: "Two places", criteria, cardholder: { perLocation: 1, free: "UNLIMITED" } };
    await product.admin.send("PUT", `/api/rulesets/${rulesetId}`, body);
    await product.admin.send("POST", `/api/rulesets/${rulesetId}/publish`, {});
    const pan = newPan();
    await visit(terminal, pan);
    expect(await codeOf(terminal, pan)).toBe("LIMIT_EXCEEDED");
    expect(await codeOf(there, pan)).toBe("GRANTED");
  });

  test("over all cards", async () => {
    const { terminal } = await programme({ totalUsage: { max: 1, window: { kind: "ROLLING", days: 1 } } });
    await visit(terminal, newPan());
    const refused = outcome(await check(terminal, newPan()));
    expect(refused.code).toBe("LIMIT_EXCEEDED");
    expect(refused.nextFreeAt).toBeTruthy();
    await advance("P1DT1S");
    expect(await codeOf(terminal, newPan())).toBe("GRANTED");
  });

  test("a reversal and an adjustment give a visit back", async () => {
    const { terminal, rulesetId } = await programme({ cardholder: { free: 1 } });
    const pan = newPan();
    const accessId = await visit(terminal, pan);
    expect(await codeOf(terminal, pan)).toBe("LIMIT_EXCEEDED");
    await product.admin.send("POST", `/api/operations/${accessId}/reversal`, { reason: "by mistake" });
    await visit(terminal, pan);
    const path = `/api/cards/${await cardIdOf(pan)}/adjustments`;
    await product.admin.send("POST", path, { rulesetId, free: 1, reason: "goodwill" });
    expect(await codeOf(terminal, pan)).toBe("GRANTED");
  });
});
