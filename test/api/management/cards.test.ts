import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import type { Terminal } from "../../../src/cli/pos/terminal.ts";
import { check, confirm, outcome, simpleProgramme, testPan } from "../../support/programme.ts";
import { startTestServer, type TestServer } from "../../support/server.ts";
import { idOf, itemsOf, members, PAN, pointersOf, settled } from "./support.ts";

let server: TestServer;
let terminal: Terminal;
let rulesetId = "";
let locationId = "";

beforeAll(async () => {
  server = await startTestServer({ testClock: true });
  const programme = await simpleProgramme(
    server.admin,
    server.url,
    { cardholder: { window: { kind: "ROLLING", days: 30 }, free: 2 } },
    { cooldownMinutes: 60 },
  );
  ({ terminal, rulesetId, locationId } = programme);
});

afterAll(async () => {
  await server.stop();
});

async function lookUp(pan: string): Promise<string> {
  const answer = await server.admin.send("POST", "/api/cards/lookup", { pan });
  expect(answer.body).toMatchObject({ maskedPan: `${pan.slice(0, 6)}******${pan.slice(-4)}` });
  return z.looseObject({ cardId: z.string() }).parse(answer.body).cardId;
}

/** A card that has come in once. */
async function tapped(pan: string): Promise<string> {
  const { accessId } = outcome(await check(terminal, pan));
  await confirm(terminal, accessId);
  return await lookUp(pan);
}

describe("cards", () => {
  it("are looked up as one, however often and by whom", async () => {
    const pan = testPan(1);
    const ids = await Promise.all(Array.from({ length: 8 }, async () => await lookUp(pan)));
    expect(new Set(ids).size).toBe(1);
    expect((await server.admin.send("GET", `/api/cards/${ids[0] ?? ""}`)).body).toMatchObject({
      status: "ACTIVE",
      enrolled: false,
      issuer: null,
      visits: 0,
      limits: [],
    });
    expect((await server.admin.request("GET", "/api/cards/01J00000000000000000000000")).status).toBe(404);
    expect(
      (await server.admin.request("POST", "/api/cards/01J00000000000000000000000/freeze", { reason: "x" }))
        .status,
    ).toBe(404);
  });

  it("tell what is left and where they have to wait", async () => {
    const pan = testPan(2);
    const { accessId } = outcome(await check(terminal, pan));
    await confirm(terminal, accessId);
    const cardId = await lookUp(pan);
    const read = members(await server.admin.send("GET", `/api/cards/${cardId}`));
    expect(read).toMatchObject({
      issuer: { ica: "0001234", productCode: "WLE" },
      openEntry: null,
      visits: 1,
      limits: [{ rulesetId, version: 1, available: { free: 1, paid: 0, nextFreeAt: null } }],
      cooldowns: [{ locationId }],
    });
    await settled(server);
    const listed = itemsOf(await server.admin.send("GET", "/api/cards?ica=0001234")).find(
      (one) => one["cardId"] === cardId,
    );
    expect(listed).toMatchObject({ cardId, frozen: false });
  });

  it("are found by the digits that their mask shows, and by when they were first seen", async () => {
    const pan = testPan(41);
    const other = testPan(42);
    const cardId = await tapped(pan);
    await tapped(other);
    await settled(server);
    const found = async (query: string): Promise<readonly unknown[]> =>
      itemsOf(await server.admin.send("GET", `/api/cards?${query}`)).map((one) => one["cardId"]);
    expect(await found(`bin=${pan.slice(0, 6)}&last4=${pan.slice(-4)}`)).toEqual([cardId]);
    expect(await found(`last4=${pan.slice(-4)}`)).toContain(cardId);
    expect(await found(`bin=4${pan.slice(1, 6)}&last4=${pan.slice(-4)}`)).toEqual([]);
    expect((await found(`bin=${pan.slice(0, 4)}`)).length).toBeGreaterThan(1);
    expect(await found("createdFrom=2100-01-01T00:00:00Z")).toEqual([]);
    expect(await found("createdTo=2100-01-01T00:00:00Z")).toContain(cardId);
    expect(await found("createdTo=2000-01-01T00:00:00Z")).toEqual([]);
    expect((await server.admin.request("GET", `/api/cards?bin=${pan.slice(0, 7)}`)).status).toBe(422);
    expect((await server.admin.request("GET", "/api/cards?last4=%25%25%25%25")).status).toBe(422);
  });

  it("tell what is allowed and used in the window, with what was given by hand", async () => {
    const pan = testPan(43);
    const cardId = await tapped(pan);
    const gift = { rulesetId, free: 3, reason: "goodwill" };
    await server.admin.send("POST", `/api/cards/${cardId}/adjustments`, gift);
    const { limits, frozenAt } = members(await server.admin.send("GET", `/api/cards/${cardId}`));
    expect(limits).toMatchObject([
      {
        window: { kind: "ROLLING", days: 30 },
        allowed: { free: 5, paid: 0 },
        used: { free: 1, paid: 0 },
        available: { free: 4 },
      },
    ]);
    expect(frozenAt).toBeNull();
    await server.admin.send("POST", `/api/cards/${cardId}/freeze`, { reason: "lost" });
    const frozen = members(await server.admin.send("GET", `/api/cards/${cardId}`));
    expect(frozen).toMatchObject({ frozenReason: "lost" });
    expect(frozen["frozenAt"]).toEqual(expect.any(String));
    await server.admin.send("POST", `/api/cards/${cardId}/unfreeze`, { reason: "found" });
    expect(members(await server.admin.send("GET", `/api/cards/${cardId}`))).toMatchObject({ frozenAt: null });
  });

  it("are frozen at once, everywhere, and let go on", async () => {
    const pan = testPan(3);
    const cardId = await lookUp(pan);
    expect((await server.admin.request("POST", `/api/cards/${cardId}/freeze`, {})).status).toBe(422);
    const frozen = await server.admin.send("POST", `/api/cards/${cardId}/freeze`, { reason: "stolen" });
    expect(frozen.body).toMatchObject({ status: "FROZEN", frozen: true });
    expect(frozen.headers.get("position")).toBeTruthy();
    expect(outcome(await check(terminal, pan)).code).toBe("CARD_FROZEN");
    await settled(server);
    expect(
      itemsOf(await server.admin.send("GET", "/api/cards?frozen=true")).map((one) => one["cardId"]),
    ).toEqual([cardId]);
    const again = await server.admin.send("POST", `/api/cards/${cardId}/freeze`, { reason: "stolen" });
    expect(again.headers.get("position")).toBeNull();
    await server.admin.send("POST", `/api/cards/${cardId}/unfreeze`, { reason: "found" });
    expect(outcome(await check(terminal, pan)).decision).toBe("GRANTED");
    const enrolled = await server.admin.send("POST", `/api/cards/${cardId}/enroll`, {});
    expect(enrolled.body).toMatchObject({ enrolled: true });
    expect((await server.admin.send("POST", `/api/cards/${cardId}/unenroll`, {})).body).toMatchObject({
      enrolled: false,
    });
  });

  it("are given visits, and have them taken", async () => {
    const cardId = await lookUp(testPan(4));
    const path = `/api/cards/${cardId}/adjustments`;
    const given = await server.admin.send("POST", path, { rulesetId, free: 3, reason: "apology" });
    expect([given.status, given.body]).toEqual([
      201,
      { id: idOf(given), cardId, rulesetId, free: 3, paid: 0 },
    ]);
    const left = async () => members(await server.admin.send("GET", `/api/cards/${cardId}`))["limits"];
    expect(await left()).toMatchObject([{ available: { free: 5 } }]);
    await server.admin.send("POST", path, { rulesetId, free: -4, reason: "correction" });
    expect(await left()).toMatchObject([{ available: { free: 1 } }]);
    for (const [body, pointer] of [
      [{ rulesetId, reason: "nothing" }, "/free"],
      [{ rulesetId: "01J00000000000000000000000", free: 1, reason: "x" }, "/rulesetId"],
      [{ rulesetId, free: 1.5, reason: "x" }, "/free"],
      [{ rulesetId, free: 1 }, "/reason"],
      [{ rulesetId, free: 1, reason: `card ${PAN}` }, "/reason"],
    ] as const) {
      const answer = await server.admin.request("POST", path, body);
      expect([answer.status, ...pointersOf(answer)]).toEqual([422, pointer]);
    }
  });

  it("tell what was done to them, the newest first, across all their visits", async () => {
    const cardId = await tapped(testPan(61));
    const act = async (name: string, body: object): Promise<void> => {
      await server.admin.send("POST", `/api/cards/${cardId}/${name}`, body);
    };
    await act("freeze", { reason: "lost" });
    await act("unfreeze", { reason: "found" });
    // More than one page of the stream, and than one answer looks through.
    for (let count = 0; count < 1_050; count++) await check(terminal, testPan(61));
    await act("enroll", {});
    await act("adjustments", { rulesetId, free: 2, paid: -1, reason: "apology" });
    const history = async (query = "") =>
      z
        .object({ items: z.array(z.looseObject({ act: z.string() })), nextCursor: z.string().nullable() })
        .parse((await server.admin.send("GET", `/api/cards/${cardId}/history${query}`)).body);
    const newest = await history();
    expect(newest.items).toMatchObject([
      {
        act: "ADJUSTED",
        reason: "apology",
        by: { role: "ADMIN" },
        adjustment: { rulesetId, free: 2, paid: -1, rulesetName: "Rules" },
      },
      { act: "ENROLLED", adjustment: null },
    ]);
    expect(newest.nextCursor).not.toBeNull();
    const older = await history(`?cursor=${newest.nextCursor ?? ""}`);
    expect(older.items).toMatchObject([
      { act: "UNFROZEN", reason: "found" },
      { act: "FROZEN", reason: "lost" },
    ]);
    expect(older.nextCursor).toBeNull();
    const wrong = await server.admin.request("GET", `/api/cards/${cardId}/history?cursor=-1`);
    expect(wrong.status).toBe(422);
    const unknown = await server.admin.request("GET", "/api/cards/01J00000000000000000000000/history");
    expect(unknown.status).toBe(404);
    const made = await server.admin.send("POST", "/api/keys", {
      name: "of a place",
      role: "USER",
      scope: { locationIds: [locationId] },
    });
    const { key } = z.looseObject({ key: z.string() }).parse(made.body);
    await settled(server);
    const seen = await fetch(`${server.url}/api/cards/${cardId}/history`, {
      headers: { authorization: `Bearer ${key}` },
    });
    expect(await seen.json()).toMatchObject({ items: [{ act: "ENROLLED" }] });
  }, 60_000);

  it("are erased: the number leads nowhere, the history stays", async () => {
    const pan = testPan(5);
    const { accessId } = outcome(await check(terminal, pan));
    await confirm(terminal, accessId);
    const cardId = await lookUp(pan);
    const transaction = { type: "PURCHASE", amount: { amount: "1.00", currency: "EUR" }, mcc: "5411" };
    await server.admin.send("POST", "/api/transactions", {
      transactions: [{ ...transaction, transactionId: "held-1", pan, transactionAt: "2026-11-01T00:00:00Z" }],
    });
    const held = z.object({
      maskedPan: z.string().nullable(),
      cards: z.array(z.string()),
      events: z.array(z.looseObject({ type: z.string(), revision: z.int() })),
      transactions: z.array(z.looseObject({ transactionId: z.string(), minor: z.string() })),
    });
    const heldNow = async () => {
      const answer = await server.admin.send("GET", `/api/cards/${cardId}/held`);
      expect(answer.headers.get("content-disposition")).toBe(`attachment; filename="card-${cardId}.json"`);
      return held.parse(answer.body);
    };
    const before = await heldNow();
    expect(before).toMatchObject({
      cards: [cardId],
      events: [{ type: "EntryGranted" }, { type: "EntryConfirmed" }],
      transactions: [{ transactionId: "held-1", minor: "100" }],
    });
    expect(before.maskedPan).toBe(`${pan.slice(0, 6)}******${pan.slice(-4)}`);
    const erased = await server.admin.send("POST", `/api/cards/${cardId}/erase`, {});
    expect(erased.body).toEqual({ cardId, maskedPan: null });
    expect((await server.admin.send("GET", `/api/operations/${accessId}`)).body).toMatchObject({
      cardId,
      maskedPan: null,
    });
    expect((await server.admin.send("GET", `/api/cards/${cardId}`)).body).toMatchObject({
      maskedPan: null,
      visits: 1,
    });
    expect(await heldNow()).toEqual({ ...before, maskedPan: null });
    expect(await lookUp(pan)).not.toBe(cardId);
    expect(
      (await server.admin.request("POST", "/api/cards/01J00000000000000000000000/erase", {})).status,
    ).toBe(404);
  });
});
