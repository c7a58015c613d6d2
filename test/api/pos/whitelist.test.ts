import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import type { Client } from "../../../src/client.ts";
import { CardsByHash } from "../../../src/engine/offline/whitelist/cardsByHash.ts";
import { rotateLocationSecret } from "../../../src/engine/offline/whitelist/locationSecrets.ts";
import { decideByLists, type OfflineDecision } from "../../../src/terminalKit/decide.ts";
import { nameCard, takeWhitelist, type Whitelist } from "../../../src/terminalKit/whitelist.ts";
import {
  createLocation,
  createTerminal,
  importRanges,
  publishRuleset,
  testPan,
} from "../../support/programme.ts";
import { startTestServer, type TestServer } from "../../support/server.ts";
import {
  askWhitelist,
  deliveredWhitelist,
  type KeyedTerminal,
  keyedTerminal,
  OFFLINE_BY_NAME,
  publishedKeys,
  whitelistOf,
} from "../../support/whitelists.ts";

const NOTHING_YET = { ofCard: 0, underRuleset: () => 0 };

let server: TestServer;
let admin: Client;
let rulesetId: string;
let locationId: string;
let terminal: KeyedTerminal;
beforeAll(async () => {
  server = await startTestServer({ testClock: true });
  ({ admin } = server);
  await importRanges(admin, ["5555,5555,0001234,Test Bank,POL,WLE,"]);
  locationId = await createLocation(admin);
  rulesetId = await publishRuleset(admin, {
    criteria: { locations: { locationIds: [locationId] } },
    offline: OFFLINE_BY_NAME,
  });
  terminal = await keyedTerminal(admin, server.url, locationId);
});
afterAll(async () => {
  await server.stop();
});

async function now(): Promise<number> {
  const { body } = await admin.send("GET", "/api/test-clock");
  return Date.parse(z.object({ now: z.string() }).parse(body).now);
}

async function list(
  body: Record<string, unknown>,
): Promise<{ readonly id: string; readonly cardId: string }> {
  const { body: entry } = await admin.send("POST", "/api/whitelist", body);
  return z.looseObject({ id: z.string(), cardId: z.string() }).parse(entry);
}

async function taken(by: KeyedTerminal = terminal): Promise<Whitelist> {
  const whitelist = await whitelistOf(admin, by, await now());
  if (whitelist.kind !== "whitelist") throw new Error(`refused: ${whitelist.why}`);
  return whitelist;
}

async function decided(whitelist: Whitelist, pan: string, at?: number): Promise<OfflineDecision> {
  const named = await nameCard(whitelist, pan);
  return decideByLists({ ranges: null, named }, pan, at ?? (await now()), NOTHING_YET);
}

describe("a whitelist", () => {
  test("letsInWhomTheListsOfThePlaceAndItsRulesetsName, and nobody else", async () => {
    const [byPlace, byRuleset, elsewhere, unlisted] = [1, 2, 3, 4].map(testPan);
    if (!byPlace || !byRuleset || !elsewhere || !unlisted) throw new Error("there are four");
    await list({ pan: byPlace, locationId });
    await list({ pan: byRuleset, rulesetId });
    await list({ pan: elsewhere, locationId: await createLocation(admin) });
    for (const kind of ["EC", "RSA"] as const) {
      const whitelist = await taken(await keyedTerminal(admin, server.url, locationId, kind));
      for (const pan of [byPlace, byRuleset]) {
        expect(await decided(whitelist, pan)).toMatchObject({
          kind: "admitted",
          mode: "WHITELIST",
          terms: { ruleset: { id: rulesetId, version: 1 }, cost: "FREE", perCardAndDay: 2 },
        });
      }
      for (const pan of [elsewhere, unlisted])
        expect(await decided(whitelist, pan)).toMatchObject({ why: "NOT_LISTED" });
    }
  });

  test("isOneTerminalsAlone: it opens with no other key, and shows no number and no hash of the database", async () => {
    const pan = testPan(11);
    await list({ pan, locationId });
    const second = await keyedTerminal(admin, server.url, locationId);
    const delivered = deliveredWhitelist.parse((await askWhitelist(terminal)).body);
    const theirs = deliveredWhitelist.parse((await askWhitelist(second)).body);
    expect(theirs.version).toBe(delivered.version);
    const keys = await publishedKeys(admin);
    const checks = { keys, newestIssuedAt: null, now: await now() };
    const take = async (one: typeof delivered, by: KeyedTerminal) =>
      await takeWhitelist(one, { ...checks, serialNumber: by.serialNumber, encryptionKey: by.encryptionKey });
    expect(await take(delivered, second)).toMatchObject({ why: "UNREADABLE" });
    expect(await take({ ...theirs, validity: delivered.validity }, second)).toMatchObject({
      why: "OTHER_TERMINAL",
    });
    const whitelist = await taken();
    const hash = Buffer.from((await nameCard(whitelist, pan)).hash ?? []);
    const { rows } = await server.server.services.pool.query<{ list_hash: Buffer }>(
      "select list_hash from whitelist_entries",
    );
    expect(rows.some(({ list_hash }) => list_hash.includes(hash))).toBe(false);
    const other = await createLocation(admin);
    const wide = await publishRuleset(admin, {
      criteria: { locations: { locationIds: [other] } },
      offline: OFFLINE_BY_NAME,
    });
    await list({ pan, rulesetId: wide });
    const there = await taken(await keyedTerminal(admin, server.url, other));
    expect(await decided(there, pan)).toMatchObject({ kind: "admitted" });
    expect(Buffer.from((await nameCard(there, pan)).hash ?? []).equals(hash)).toBe(false);
  });

  test("keepsItsTagWhileNothingChanges; uploads, rulesets, the place and its secret change it", async () => {
    let tag = (await askWhitelist(terminal)).headers.get("etag") ?? "";
    const changed = async (): Promise<boolean> => {
      const answer = await askWhitelist(terminal, tag);
      expect(answer.headers.get("list-validity")).toMatch(/^ey/);
      tag = answer.headers.get("etag") ?? "";
      return answer.status === 200;
    };
    await admin.send("POST", "/api/test-clock", { advance: "P2D" });
    await list({ pan: testPan(21), locationId: await createLocation(admin) });
    await importRanges(admin, ["3400,3499,0009999,Other Bank,DEU,ABC,"]);
    expect(await changed()).toBe(false);
    const { id } = await list({ pan: testPan(22), rulesetId });
    expect(await changed()).toBe(true);
    await admin.send("DELETE", `/api/whitelist/${id}`);
    expect(await changed()).toBe(true);
    await rotateLocationSecret(server.server.services, locationId);
    expect(await changed()).toBe(true);
    const other = await publishRuleset(admin, {
      criteria: { locations: { locationIds: [locationId] } },
      priority: 1,
      offline: { ...OFFLINE_BY_NAME, maxGuests: 0 },
    });
    expect(await changed()).toBe(true);
    expect((await taken()).terms.map(({ ruleset }) => ruleset.id)).toEqual([other, rulesetId]);
    await admin.send("POST", `/api/rulesets/${other}/retire`, {});
    expect(await changed()).toBe(true);
    const place = { name: "Lounge", countryCode: "POL", service: "LOUNGE", postalCode: "1", city: "X" };
    await admin.send("PUT", `/api/locations/${locationId}`, { ...place, offlineAllowed: false });
    expect(await changed()).toBe(true);
    expect(await taken()).toMatchObject({ terms: [], groups: [], secrets: null });
    await admin.send("PUT", `/api/locations/${locationId}`, place);
    expect(await changed()).toBe(true);
  });

  test("letsACardInFromAndUntilWhatItsEntrySays", async () => {
    const at = await now();
    const day = 86_400_000;
    const pan = testPan(31);
    const [validFrom, validTo] = [at + day, at + 2 * day].map((one) => new Date(one).toISOString());
    await list({ pan, locationId, validFrom, validTo });
    const whitelist = await taken();
    const outcomes: string[] = [];
    for (const time of [at, at + day - 1, at + day, at + 2 * day - 1, at + 2 * day])
      outcomes.push((await decided(whitelist, pan, time)).kind);
    expect(outcomes).toEqual(["refused", "refused", "admitted", "admitted", "refused"]);
  });

  test("isRefusedToATerminalThatGaveNoKey, and is empty for one without a place", async () => {
    const keyless = await createTerminal(admin, server.url, locationId);
    expect(await askWhitelist(keyless)).toMatchObject({ status: 403, body: { code: "KEY_REQUIRED" } });
    const nowhere = await keyedTerminal(admin, server.url, null);
    expect(await taken(nowhere)).toMatchObject({ locationId: null, terms: [], groups: [], secrets: null });
    await admin.send("POST", `/api/terminals/${nowhere.serialNumber}/suspend`, {});
    expect(await askWhitelist(nowhere)).toMatchObject({ status: 403, body: { code: "TERMINAL_SUSPENDED" } });
  });
});

describe("a report's hash", () => {
  test("tellsTheCard, also by a former secret, and of an entry that is gone", async () => {
    const cards = new CardsByHash(server.server.services);
    const pan = testPan(41);
    const { id, cardId } = await list({ pan, locationId });
    const whitelist = await taken();
    const { hash } = await nameCard(whitelist, pan);
    const other = await nameCard(whitelist, testPan(42));
    if (hash === null || other.hash === null) throw new Error("there are secrets");
    expect(await cards.cardOf(locationId, hash)).toBe(cardId);
    expect(await cards.cardOf(locationId, other.hash)).toBeNull();
    expect(await cards.cardOf(locationId, hash.subarray(1))).toBeNull();
    const later = await list({ pan: testPan(42), rulesetId });
    expect(await cards.cardOf(locationId, other.hash)).toBe(later.cardId);
    await admin.send("DELETE", `/api/whitelist/${id}`);
    await rotateLocationSecret(server.server.services, locationId);
    expect(await cards.cardOf(locationId, hash)).toBe(cardId);
    expect(await cards.cardOf(await createLocation(admin), hash)).toBeNull();
    await admin.send("POST", `/api/cards/${cardId}/erase`, {});
    expect(await cards.cardOf(locationId, hash)).toBeNull();
  });
});

describe("secrets of places", () => {
  test("ofManyRotationsAtOnceEachLeavesOneThatCounts", async () => {
    const { services } = server.server;
    const place = await createLocation(admin);
    await Promise.all(Array.from({ length: 8 }, () => rotateLocationSecret(services, place)));
    const { rows } = await services.pool.query<{ n: number }>(
      "select count(*)::int as n from location_secrets where location_id = $1 and retired_at is null",
      [place],
    );
    expect(rows).toEqual([{ n: 1 }]);
  });

  test("areReplacedByThemselvesWhenTheyAreNinetyDaysOld", async () => {
    const before = (await taken()).version;
    await server.server.services.pool.query(
      "update location_secrets set made_at = made_at - interval '91 days' where location_id = $1",
      [locationId],
    );
    expect((await taken()).version).not.toBe(before);
    const again = (await taken()).version;
    expect((await taken()).version).toBe(again);
  });
});
