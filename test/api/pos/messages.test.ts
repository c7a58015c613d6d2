import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import type { Terminal } from "../../../src/cli/pos/terminal.ts";
import { createClient } from "../../../src/client.ts";
import type { RulesetInput } from "../../../src/domain/ruleset/input.ts";
import { confirm, createTerminal, outcome, simpleProgramme, testPan } from "../../support/programme.ts";
import { startTestServer, type TestServer } from "../../support/server.ts";

/** What a terminal's screen is told once texts were changed, over HTTP alone. */

let product: TestServer;
let pans = 51_000;
const newPan = (): string => testPan(++pans);

beforeAll(async () => {
  product = await startTestServer({ testClock: true });
});
afterAll(async () => {
  await product.stop();
});

async function tap(terminal: Terminal, pan: string, language = "en", requestId?: string) {
  const card = { pan, entryMode: "CONTACTLESS" };
  const body = requestId === undefined ? { card } : { requestId, card };
  return await terminal.client.request("POST", "/pos/check_entry", body, { "accept-language": language });
}

const told = z.looseObject({ message: z.string() });
const message = async (...asked: Parameters<typeof tap>) => told.parse((await tap(...asked)).body).message;

async function put(programme: string, language: string, code: string, forms: Record<string, string>) {
  const answer = await product.admin.send("PUT", `/api/messages/${programme}/${language}/${code}`, { forms });
  expect(answer.status).toBe(200);
}

async function reset(programme: string, language: string, code: string) {
  await product.admin.send("DELETE", `/api/messages/${programme}/${language}/${code}`);
}

const tiers: Partial<RulesetInput> = {
  name: "World Elite lounge",
  cardholder: {
    window: { kind: "CALENDAR", unit: "DAY", timeZone: "Europe/Warsaw" },
    ...{ perLocation: null, free: 2, paid: 1, fee: { amount: "25.00", currency: "EUR" } },
  },
};

describe("a changed text", () => {
  test("isShownInItsLanguage, of its ruleset before the installation's", async () => {
    const { terminal, rulesetId } = await simpleProgramme(product.admin, product.url, tiers);
    const other = await simpleProgramme(product.admin, product.url, tiers);
    const code = "GRANTED_VISITS_LEFT";
    expect(await message(terminal, newPan())).toBe("2 free visits left");
    await put("installation", "en", code, { one: "{visits} visit", other: "{visits} visits at {place}" });
    await put("installation", "pl", code, {
      one: "{visits} raz",
      few: "{visits} razy",
      other: "{visits} razy",
    });
    await put(rulesetId, "en", code, { one: "{visits} more", other: "{visits} more: {programme}" });
    expect(await message(terminal, newPan())).toBe("2 more: World Elite lounge");
    expect(await message(terminal, newPan(), "pl")).toBe("2 razy");
    expect(await message(terminal, newPan(), "de")).toBe("Noch 2 freie Besuche");
    expect(await message(other.terminal, newPan())).toMatch(/^2 visits at /);
    await reset(rulesetId, "en", code);
    expect(await message(terminal, newPan())).toMatch(/^2 visits at /);
    await reset("installation", "en", code);
    await reset("installation", "pl", code);
    expect(await message(terminal, newPan(), "pl")).toBe("Pozostały 2 darmowe wejścia");
  });

  test("saysWhatIsKnown: one visit, the fee, when the next one is free by the place's clocks", async () => {
    const { terminal, rulesetId } = await simpleProgramme(product.admin, product.url, tiers, {
      timeZone: "Europe/Warsaw",
    });
    await put(rulesetId, "en", "GRANTED_VISITS_LEFT", { one: "The last one", other: "{visits} left" });
    await put(rulesetId, "en", "GRANTED_FEE", { other: "{fee}; free {nextFreeDate} {nextFreeTime}" });
    await put(rulesetId, "en", "LIMIT_EXCEEDED", { other: "Come at {nextFreeTime}." });
    const pan = newPan();
    const visit = async () => {
      const answer = await tap(terminal, pan);
      const { decision, accessId } = outcome(answer);
      if (decision === "GRANTED") expect((await confirm(terminal, accessId)).status).toBe(200);
      return told.parse(answer.body).message;
    };
    expect(await visit()).toBe("2 left");
    expect(await visit()).toBe("The last one");
    expect(await visit()).toMatch(/^25\.00 EUR; free \d{4}-\d\d-\d\d 00:00$/);
    expect(await visit()).toBe("Come at 00:00.");
  });

  test("isNotShownWhereSomethingOfItIsNotKnown", async () => {
    const none = { cardholder: { window: null, perLocation: null, free: 0, paid: 0, fee: null } };
    const { terminal, rulesetId } = await simpleProgramme(product.admin, product.url, none);
    await put(rulesetId, "en", "LIMIT_EXCEEDED", { other: "Come at {nextFreeTime}." });
    expect(await message(terminal, newPan())).toBe("The usage limit for this card is exceeded.");
  });

  test("changesNoAnswerThatWasGivenBefore: repeats have the same bytes", async () => {
    const { terminal, rulesetId } = await simpleProgramme(product.admin, product.url, {});
    const lost = await createTerminal(product.admin, product.url, null);
    const pan = newPan();
    const ask = async () => [
      (await tap(terminal, pan, "en", "first")).body,
      (await tap(terminal, pan, "en", "open")).body,
      (await tap(lost, pan, "en", "lost")).body,
    ];
    const before = await ask();
    await put(rulesetId, "en", "GRANTED_FREE", { other: "Welcome" });
    await put("installation", "en", "TEMPORARILY_BLOCKED", { other: "Wait." });
    await put("installation", "en", "UNKNOWN_DEVICE", { other: "Call us." });
    expect(await ask()).toEqual(before);
    // And what was answered with the changed texts stays so.
    const other = newPan();
    const then = [
      (await tap(terminal, other, "en", "second")).body,
      (await tap(lost, other, "en", "found")).body,
    ];
    expect(then.map((body) => told.parse(body).message)).toEqual(["Welcome", "Call us."]);
    for (const [programme, code] of [
      [rulesetId, "GRANTED_FREE"],
      ["installation", "UNKNOWN_DEVICE"],
    ] as const)
      await put(programme, "en", code, { other: "Something else" });
    const again = [
      (await tap(terminal, other, "en", "second")).body,
      (await tap(lost, other, "en", "found")).body,
    ];
    expect(again).toEqual(then);
    await reset("installation", "en", "TEMPORARILY_BLOCKED");
    await reset("installation", "en", "UNKNOWN_DEVICE");
  });

  test("isWhatATerminalOfTheReferenceProfileReads, also when it asks again what became of it", async () => {
    const none = { cardholder: { window: null, perLocation: null, free: 0, paid: 0, fee: null } };
    const { terminal, rulesetId, locationId } = await simpleProgramme(product.admin, product.url, none);
    const { serialNumber } = terminal;
    const { body, headers } = await product.admin.send("GET", `/api/terminals/${serialNumber}`);
    expect(z.looseObject({ locationId: z.string() }).parse(body).locationId).toBe(locationId);
    await product.admin.request(
      ...(["PUT", `/api/terminals/${serialNumber}`, { locationId, profile: "reference" }] as const),
      { "If-Match": headers.get("etag") ?? "" },
    );
    await put(rulesetId, "en", "LIMIT_EXCEEDED", { other: "Nothing left for {programme}" });
    const answer = await tap(terminal, newPan());
    const problem = z.looseObject({ accessId: z.string(), detail: z.string(), message: z.string() });
    const refused = problem.parse(answer.body);
    expect([answer.status, refused.detail]).toEqual([403, refused.message]);
    expect(refused.message).toMatch(/^Nothing left for /);
    await put(rulesetId, "en", "LIMIT_EXCEEDED", { other: "Else" });
    const later = await terminal.client.request("GET", `/pos/entries/${refused.accessId}`);
    expect(problem.parse(later.body).message).toBe(refused.message);
  });
});

test("aTextThatWasChangedOnAnotherInstanceCountsWithTheNextTap", async () => {
  const { terminal, rulesetId } = await simpleProgramme(product.admin, product.url, {});
  const second = await product.another();
  try {
    const there = createClient(second.url, product.adminKey);
    for (let turn = 0; turn < 10; turn++) {
      const forms = { other: `Welcome ${String(turn)}` };
      const changed = await there.send("PUT", `/api/messages/${rulesetId}/en/GRANTED_FREE`, { forms });
      expect(changed.status).toBe(200);
      expect(await message(terminal, newPan())).toBe(`Welcome ${String(turn)}`);
    }
  } finally {
    await second.stop();
  }
});
