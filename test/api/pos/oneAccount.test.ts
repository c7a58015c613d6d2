import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import type { Terminal } from "../../../src/cli/pos/terminal.ts";
import { cardStream } from "../../../src/domain/card/events.ts";
import {
  confirm,
  createLocation,
  createTerminal,
  importRanges,
  outcome,
  publishRuleset,
  simpleProgramme,
  testPan,
} from "../../support/programme.ts";
import { startTestServer, type TestServer } from "../../support/server.ts";

/** Phone and plastic that were thought to be two cards, until a tap says that they are one. */

let product: TestServer;
let terminal: Terminal;
let locationId: string;
let pans = 80_000;
const newPan = (): string => testPan(++pans);
const eur = (amount: string) => ({ amount, currency: "EUR" });

beforeAll(async () => {
  product = await startTestServer({ testClock: true });
  const window = { kind: "ROLLING", days: 30 } as const;
  const programme = await simpleProgramme(product.admin, product.url, {
    criteria: { productCodes: ["WLE"] },
    cardholder: { window, free: 4 },
  });
  ({ terminal, locationId } = programme);
});
afterAll(async () => {
  await product.stop();
});

async function tap(card: Record<string, unknown>, at = terminal) {
  return outcome(
    await at.client.request("POST", "/pos/check_entry", { card: { entryMode: "CONTACTLESS", ...card } }),
  );
}

async function visit(card: Record<string, unknown>): Promise<string> {
  const { accessId, decision } = await tap(card);
  expect(decision).toBe("GRANTED");
  expect((await confirm(terminal, accessId)).status).toBe(200);
  return accessId;
}

async function cardOf(pan: string) {
  const { body } = await product.admin.send("POST", "/api/cards/lookup", { pan });
  const { cardId } = z.object({ cardId: z.string() }).parse(body);
  return { cardId, ...(await viewOf(cardId)) };
}

async function viewOf(cardId: string) {
  const view = await product.admin.send("GET", `/api/cards/${cardId}`);
  return z
    .object({
      visits: z.int(),
      frozen: z.boolean(),
      joined: z.array(z.string()),
      joinedInto: z.string().nullable(),
    })
    .parse(view.body);
}

async function freeLeft(card: Record<string, unknown>): Promise<unknown> {
  const { accessId, available } = await tap(card);
  await terminal.client.request("POST", "/pos/cancel_entry", { accessId });
  return available?.free;
}

async function typesOf(cardId: string): Promise<readonly string[]> {
  return (await product.server.services.log.read(cardStream(cardId))).map(({ type }) => type);
}

describe("a number that has no visits of its own joins silently", () => {
  test.each<readonly [string, (token: string) => Promise<unknown>]>([
    ["was looked up", async (token) => await cardOf(token)],
    [
      "had a transaction",
      async (pan) => {
        const one = {
          transactionId: `t-${pan.slice(-6)}`,
          type: "PURCHASE",
          pan,
          amount: eur("5.00"),
          mcc: "5812",
          transactionAt: "2026-01-01T00:00:00Z",
        };
        return await product.admin.send("POST", "/api/transactions", { transactions: [one] });
      },
    ],
    ["was refused once", async (pan) => await tap({ pan }, await elsewhere())],
  ])("it %s", async (_how, before) => {
    const [plastic, token] = [newPan(), newPan()];
    await visit({ pan: plastic });
    await before(token);
    expect(await freeLeft({ pan: token, tokenOf: plastic })).toBe(3);
    // From now on also where nobody says so.
    expect(await freeLeft({ pan: token })).toBe(3);
    await visit({ pan: token });
    expect(await freeLeft({ pan: plastic })).toBe(2);
    expect((await cardOf(token)).cardId).toBe((await cardOf(plastic)).cardId);
    expect(await typesOf((await cardOf(plastic)).cardId)).not.toContain("CardAbsorbed");
  });

  /** A place where no rule lets anybody in. */
  async function elsewhere(): Promise<Terminal> {
    const place = await createLocation(product.admin, { name: "No rule here", countryCode: "DEU" });
    return await createTerminal(product.admin, product.url, place);
  }
});

describe("two cards that both have visits are joined by an event in both", () => {
  test("their counts add up, from either number, and a reversal of either's visit gives back", async () => {
    const [plastic, token] = [newPan(), newPan()];
    await visit({ pan: plastic });
    const byPhone = await visit({ pan: token });
    const [before, after] = [await cardOf(token), await cardOf(plastic)];
    expect(before.cardId).not.toBe(after.cardId);
    expect(await freeLeft({ pan: token, tokenOf: plastic })).toBe(2);
    expect(await freeLeft({ pan: plastic })).toBe(2);
    expect((await typesOf(before.cardId)).filter((type) => type === "CardJoined")).toHaveLength(1);
    expect((await typesOf(after.cardId)).filter((type) => type === "CardAbsorbed")).toHaveLength(1);
    expect(await viewOf(after.cardId)).toMatchObject({ visits: 2, joined: [before.cardId] });
    expect(await viewOf(before.cardId)).toMatchObject({ visits: 2, joinedInto: after.cardId });

    expect((await product.admin.request("POST", `/api/operations/${byPhone}/reversal`, {})).status).toBe(200);
    expect(await freeLeft({ pan: plastic })).toBe(3);
  });

  test("an entry of one that is still open stops the other, and what remains after it counts both", async () => {
    const [plastic, token] = [newPan(), newPan()];
    await visit({ pan: plastic });
    const open = await tap({ pan: token });
    expect((await tap({ pan: plastic, tokenOf: token })).code).toBe("TEMPORARILY_BLOCKED");
    const confirmed = await confirm(terminal, open.accessId);
    expect(confirmed.body).toMatchObject({ status: "COMPLETED", remaining: { free: 2 } });
    expect(await freeLeft({ pan: plastic })).toBe(2);
  });

  test("a frozen one freezes the account", async () => {
    const [plastic, token] = [newPan(), newPan()];
    await visit({ pan: plastic });
    const { cardId } = await cardOf(token);
    await product.admin.send("POST", `/api/cards/${cardId}/freeze`, { reason: "lost" });
    expect((await tap({ pan: token, tokenOf: plastic })).code).toBe("CARD_FROZEN");
    expect((await tap({ pan: plastic })).code).toBe("CARD_FROZEN");
  });

  test("three that come together one after another, by an account reference too", async () => {
    const [a, b, c] = [newPan(), newPan(), newPan()];
    const par = "5001ABCDEFGHJKLMNPQRSTUVWXYZ0";
    for (const pan of [a, b, c]) await visit({ pan });
    expect(await freeLeft({ pan: a, par })).toBe(3);
    expect(await freeLeft({ pan: b, par })).toBe(2);
    expect(await freeLeft({ pan: b, tokenOf: c })).toBe(1);
    for (const pan of [a, b, c]) expect(await freeLeft({ pan })).toBe(1);
  });

  test("all at once from many terminals: one count, each visit once", async () => {
    const [plastic, token] = [newPan(), newPan()];
    await visit({ pan: plastic });
    await visit({ pan: token });
    const answers = await Promise.all(
      Array.from({ length: 8 }, async (_, index) =>
        index % 2 === 0 ? await tap({ pan: token, tokenOf: plastic }) : await tap({ pan: plastic }),
      ),
    );
    expect(answers.filter(({ decision }) => decision === "GRANTED")).toHaveLength(1);
    expect(await cardOf(plastic)).toMatchObject({ visits: 2 });
  });
});

test("spend of phone and plastic adds up", async () => {
  const programme = await simpleProgramme(product.admin, product.url, {
    spend: { ...eur("100.00"), days: 10 },
  });
  const [plastic, token] = [newPan(), newPan()];
  const { now } = z
    .object({ now: z.string() })
    .parse((await product.admin.send("GET", "/api/test-clock")).body);
  const purchase = (pan: string, amount: string) => ({
    transactionId: `s-${pan.slice(-6)}`,
    type: "PURCHASE",
    pan,
    amount: eur(amount),
    mcc: "5812",
    transactionAt: now,
  });
  const transactions = [purchase(plastic, "60.00"), purchase(token, "40.00")];
  await product.admin.send("POST", "/api/transactions", { transactions });
  expect((await tap({ pan: plastic }, programme.terminal)).code).toBe("UNMET_REQUIREMENTS");
  expect((await tap({ pan: token }, programme.terminal)).code).toBe("UNMET_REQUIREMENTS");
  expect((await tap({ pan: token, tokenOf: plastic }, programme.terminal)).decision).toBe("GRANTED");
});

test("whose card it is, is said by the number behind the token", async () => {
  // Tokens of another network's range, that says of them nothing a rule asks for.
  await importRanges(product.admin, ["4000,4999,0009999,Token service,USA,TOK,Tokens"]);
  await publishRuleset(product.admin, {
    priority: 1,
    criteria: {
      icas: [{ ica: "0001234", accountRanges: [{ low: "555555", high: "555555" }] }],
      locations: { locationIds: [locationId] },
    },
  });
  const token = "4242424242424242";
  expect((await tap({ pan: token })).code).toBe("MISSING_ACCESS_RULES");
  const granted = await tap({ pan: token, tokenOf: newPan() });
  expect(granted.decision).toBe("GRANTED");
  const { body } = await product.admin.send("GET", `/api/operations/${granted.accessId}`);
  expect(body).toMatchObject({ ica: "0001234", productCode: "WLE" });
});
