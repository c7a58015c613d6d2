import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import type { Client } from "../../src/client.ts";
import { createClient } from "../../src/client.ts";
import { type Terminal, terminalOf } from "../../src/cli/pos/terminal.ts";
import { confirm, outcome, simpleProgramme, testKeys, testPan } from "../support/programme.ts";
import { Installation, visit } from "../transfer/support.ts";

/**
 * What was known before the vault had a new key, on every path that looks for a card afterwards. Each card may come twice,
 * and has been there once: at a third visit it is refused, if it is still the same card.
 */

const par = "PAR000000000000000000000000AB";
const cards = z.looseObject({ cardId: z.string() });
let home: Installation;
let admin: Client;
let issuer: Client;
let terminal: Terminal;
let pans = 0;

/** Two names of an account that a tap has joined, after a visit by each. */
const joined = { plastic: testPan(++pans), phone: testPan(++pans) };
/** The same, and nobody knows yet that they are one. */
const apart = { plastic: testPan(++pans), phone: testPan(++pans) };
const known = Array.from({ length: 12 }, () => testPan(++pans));
const cardIds = new Map<string, string>();

beforeAll(async () => {
  home = await Installation.create();
  const before = await home.start();
  admin = home.admin(before);
  const window = { kind: "ROLLING" as const, days: 30 };
  const programme = await simpleProgramme(admin, before.url, { cardholder: { window, free: 2 } });
  const { serialNumber } = programme.terminal;
  terminal = programme.terminal;
  for (const pan of [...known, joined.plastic, joined.phone, apart.plastic, apart.phone]) {
    expect(await visit(terminal, pan)).toBe("GRANTED");
    cardIds.set(pan, await cardOf(pan));
  }
  expect(await tap({ pan: joined.phone, tokenOf: joined.plastic })).toBe("LIMIT_EXCEEDED");
  expect(await visitAs({ pan: testPan(++pans), par })).toBe("GRANTED");
  const scope = { icas: ["0001234"] };
  const made = await admin.send("POST", "/api/keys", { name: "Bank", role: "ISSUER", scope });
  const { key } = z.looseObject({ key: z.string() }).parse(made.body);
  await before.end("SIGTERM");

  expect((await home.run(["keys", "rotate"])).code).toBe(0);
  const after = await home.start();
  admin = home.admin(after);
  issuer = createClient(after.url, key);
  terminal = terminalOf(after.url, serialNumber, testKeys().privateKey, () => Date.now());
});
afterAll(async () => {
  await home.destroy();
});

async function cardOf(pan: string, who = admin): Promise<string> {
  return cards.parse((await who.send("POST", "/api/cards/lookup", { pan })).body).cardId;
}

async function send(card: Record<string, unknown>) {
  const body = { card: { entryMode: "CONTACTLESS", ...card } };
  return outcome(await terminal.client.request("POST", "/pos/check_entry", body));
}

async function tap(card: Record<string, unknown>): Promise<string> {
  const { decision, code } = await send(card);
  return code ?? decision;
}

async function visitAs(card: Record<string, unknown>): Promise<string> {
  const { decision, code, accessId } = await send(card);
  if (decision === "GRANTED") expect((await confirm(terminal, accessId)).status).toBe(200);
  return code ?? decision;
}

async function tell(pan: string, how: "json" | "csv"): Promise<void> {
  const transactionId = `T-${how}-${pan.slice(-6)}`;
  const row = { transactionId, pan, type: "PURCHASE", mcc: "5941", transactionAt: "2026-11-01T10:00:00Z" };
  if (how === "json") {
    const transactions = [{ ...row, amount: { amount: "12.50", currency: "EUR" } }];
    await admin.send("POST", "/api/transactions", { transactions });
    return;
  }
  const columns = { ...row, amount: "12.50", currency: "EUR" };
  const csv = `${Object.keys(columns).join(",")}\n${Object.values(columns).join(",")}\n`;
  await admin.send("POST", "/api/transactions/import", csv);
}

async function cardsTold(pan: string): Promise<readonly string[]> {
  const rows = await home.query<{ card_id: string }>(
    `select card_id from transactions where transaction_id like '%-${pan.slice(-6)}' order by transaction_id`,
  );
  return rows.map((row) => row.card_id);
}

test("manyTapsAtOnceFindTheirCards", async () => {
  const some = known.slice(0, 5);
  expect(await Promise.all(some.map(async (pan) => await visitAs({ pan })))).toEqual(
    some.map(() => "GRANTED"),
  );
  expect(await Promise.all(some.map(async (pan) => await visitAs({ pan })))).toEqual(
    some.map(() => "LIMIT_EXCEEDED"),
  );
});

test("managementLooksUpTheSameCard: and so does a bank, that makes none", async () => {
  const [pan = "", other = ""] = known.slice(5);
  expect(await cardOf(pan, issuer)).toBe(cardIds.get(pan));
  expect(await cardOf(other)).toBe(cardIds.get(other));
  expect(await cardOf(other, issuer)).toBe(cardIds.get(other));
  expect(await visitAs({ pan: other })).toBe("GRANTED");
  expect(await visitAs({ pan: other })).toBe("LIMIT_EXCEEDED");
});

test("transactionsAreThoseOfTheSameCard: told twice, in both forms", async () => {
  const pan = known[7] ?? "";
  await tell(pan, "json");
  await tell(pan, "csv");
  expect(await cardsTold(pan)).toEqual([cardIds.get(pan), cardIds.get(pan)]);
  expect(await visitAs({ pan })).toBe("GRANTED");
  expect(await visitAs({ pan })).toBe("LIMIT_EXCEEDED");
});

test("aPhoneOfAKnownPlasticSharesItsCount", async () => {
  const [plastic = "", phone] = [known[8], testPan(++pans)];
  expect(await visitAs({ pan: phone, tokenOf: plastic })).toBe("GRANTED");
  expect(await visitAs({ pan: phone })).toBe("LIMIT_EXCEEDED");
  expect(await visitAs({ pan: plastic })).toBe("LIMIT_EXCEEDED");
});

test("aNewNumberOfAKnownAccountReferenceSharesItsCount", async () => {
  expect(await visitAs({ pan: testPan(++pans), par })).toBe("GRANTED");
  expect(await visitAs({ pan: testPan(++pans), par })).toBe("LIMIT_EXCEEDED");
});

test("cardsThatWereJoinedStayJoined: also where a transaction is the first to name one", async () => {
  await tell(joined.plastic, "json");
  expect(await tap({ pan: joined.plastic })).toBe("LIMIT_EXCEEDED");
  expect(await tap({ pan: joined.phone })).toBe("LIMIT_EXCEEDED");
});

test("cardsThatWereThoughtDifferentAreJoined", async () => {
  expect(await tap({ pan: apart.phone, tokenOf: apart.plastic })).toBe("LIMIT_EXCEEDED");
  expect(await tap({ pan: apart.plastic })).toBe("LIMIT_EXCEEDED");
  expect(await cardOf(apart.phone)).toBe(cardIds.get(apart.plastic));
});

test("anErasedCardIsFoundUnderNeitherKey", async () => {
  const pan = known[9] ?? "";
  const card = cardIds.get(pan) ?? "";
  await tell(pan, "json");
  await admin.send("POST", `/api/cards/${card}/erase`, {});
  expect(await cardOf(pan)).not.toBe(card);
});
