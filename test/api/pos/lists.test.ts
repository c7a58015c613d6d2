import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import type { Answer } from "../../../src/client.ts";
import type { Terminal } from "../../../src/cli/pos/terminal.ts";
import { rotateListKey } from "../../../src/engine/offline/listKeys.ts";
import { decideOffline } from "../../../src/terminalKit/decide.ts";
import {
  type AccountRangeList,
  type ListRefusal,
  takeAccountRangeList,
} from "../../../src/terminalKit/lists.ts";
import {
  createTerminal,
  importRanges,
  publishRuleset,
  simpleProgramme,
  testPan,
} from "../../support/programme.ts";
import { startTestServer, type TestServer } from "../../support/server.ts";

const OFFLINE = {
  accountRanges: true,
  whitelist: false,
  maxGuests: 1,
  perCardAndDay: 1,
  perTerminalAndDay: null,
};
const delivered = z.object({
  version: z.string(),
  issuedAt: z.iso.datetime(),
  validUntil: z.iso.datetime(),
  list: z.string(),
  validity: z.string(),
});
const jwks = z.object({ keys: z.array(z.looseObject({ kid: z.string(), use: z.string() })) });
const NOTHING_YET = { ofCard: 0, underRuleset: () => 0 };

let product: TestServer;
let programme: Awaited<ReturnType<typeof simpleProgramme>>;
beforeAll(async () => {
  product = await startTestServer({ testClock: true });
  programme = await simpleProgramme(product.admin, product.url, {
    name: "Offline",
    criteria: { productCodes: ["WLE"] },
    offline: OFFLINE,
  });
});
afterAll(async () => {
  await product.stop();
});

async function ask(terminal: Terminal, tag?: string): Promise<Answer> {
  const headers = tag === undefined ? {} : { "If-None-Match": tag };
  return await terminal.client.request("GET", "/pos/fallback_bin_ranges", undefined, headers);
}

async function keys() {
  return jwks.parse((await product.admin.send("GET", "/.well-known/jwks.json")).body);
}

async function now(): Promise<number> {
  const { body } = await product.admin.send("GET", "/api/test-clock");
  return Date.parse(z.object({ now: z.string() }).parse(body).now);
}

async function taken(terminal: Terminal, serial: string): Promise<AccountRangeList> {
  const body = delivered.parse((await ask(terminal)).body);
  const checks = { keys: await keys(), serialNumber: serial, newestIssuedAt: null, now: await now() };
  const list = await takeAccountRangeList(body, checks);
  if (list.kind !== "list") throw new Error(`refused: ${list.why}`);
  return list;
}

describe("the account-range list", () => {
  test("isTakenByATerminalAndLetsInWhatTheRulesetSays", async () => {
    const list = await taken(programme.terminal, programme.terminal.serialNumber);
    expect(list.locationId).toBe(programme.locationId);
    const admitted = decideOffline(list, testPan(1), await now(), NOTHING_YET);
    expect(admitted).toMatchObject({
      kind: "admitted",
      terms: { ruleset: { id: programme.rulesetId, version: 1 }, cost: "FREE", perCardAndDay: 1 },
    });
    expect(decideOffline(list, "4111111111111111", await now(), NOTHING_YET)).toMatchObject({
      why: "NOT_LISTED",
    });
  });

  test("keepsItsTagForDays, and each 304 makes it count longer", async () => {
    const first = await ask(programme.terminal);
    const tag = first.headers.get("etag") ?? "";
    const body = delivered.parse(first.body);
    expect(tag).toBe(`W/"${body.version}"`);
    await product.admin.send("POST", "/api/test-clock", { advance: "P2DT12H" });
    const same = await ask(programme.terminal, tag);
    expect([same.status, same.headers.get("etag")]).toEqual([304, tag]);
    const validity = same.headers.get("list-validity") ?? "";
    const checks = {
      keys: await keys(),
      serialNumber: programme.terminal.serialNumber,
      newestIssuedAt: Date.parse(body.issuedAt),
      now: Date.parse(body.validUntil) + 1,
    };
    expect(await takeAccountRangeList(body, checks)).toMatchObject({ why: "EXPIRED" satisfies ListRefusal });
    expect(await takeAccountRangeList({ list: body.list, validity }, checks)).toMatchObject({ kind: "list" });
  });

  test("changesWithARulesetARangeAndThePlace, and on nothing else", async () => {
    const { terminal, rulesetId, locationId } = programme;
    let tag = (await ask(terminal)).headers.get("etag") ?? "";
    const changed = async (): Promise<boolean> => {
      const answer = await ask(terminal, tag);
      const isNew = answer.status === 200;
      tag = answer.headers.get("etag") ?? "";
      return isNew;
    };
    const { admin } = product;
    await terminal.client.send("POST", "/pos/check_entry", { card: { pan: testPan(7), entryMode: "CHIP" } });
    await publishRuleset(admin, { name: "Not offline" });
    await importRanges(admin, ["3400,3499,0009999,Other Bank,DEU,ABC,"]);
    const { body: place } = await admin.send("GET", `/api/locations/${locationId}`);
    const shape = z.looseObject({ name: z.string(), countryCode: z.string(), service: z.string() });
    const { name, countryCode, service } = shape.parse(place);
    const body = { name, countryCode, service, postalCode: "1", city: "X" };
    await admin.send("PUT", `/api/locations/${locationId}`, { ...body, name: "Another name" });
    expect(await changed()).toBe(false);

    await importRanges(admin, ["5555550000,5555559999,0005678,Narrow Bank,POL,WLE,"]);
    expect(await changed()).toBe(false);
    const other = await publishRuleset(admin, {
      criteria: { icas: [{ ica: "0005678" }] },
      priority: 1,
      offline: { ...OFFLINE, maxGuests: 0 },
    });
    expect(await changed()).toBe(true);
    await admin.send("POST", `/api/rulesets/${other}/retire`, {});
    expect(await changed()).toBe(true);
    await admin.send("PUT", `/api/locations/${locationId}`, { ...body, offlineAllowed: false });
    expect(await changed()).toBe(true);
    const empty = await taken(terminal, terminal.serialNumber);
    expect(empty).toMatchObject({ terms: [], ranges: [] });
    await admin.send("PUT", `/api/locations/${locationId}`, body);
    expect(await changed()).toBe(true);
    expect((await taken(terminal, terminal.serialNumber)).terms.map((one) => one.ruleset.id)).toEqual([
      rulesetId,
    ]);
  });

  test("isOneTerminalsAlone, the same list for all of a place", async () => {
    const second = await createTerminal(product.admin, product.url, programme.locationId);
    const [mine, theirs] = [await ask(programme.terminal), await ask(second)].map(({ body }) =>
      delivered.parse(body),
    );
    if (mine === undefined || theirs === undefined) throw new Error("both were asked");
    expect(theirs.version).toBe(mine.version);
    const checks = { keys: await keys(), newestIssuedAt: null, now: await now() };
    const serialNumber = second.serialNumber;
    expect(await takeAccountRangeList(theirs, { ...checks, serialNumber })).toMatchObject({ kind: "list" });
    expect(await takeAccountRangeList(mine, { ...checks, serialNumber })).toMatchObject({
      why: "OTHER_TERMINAL",
    });
  });

  test("isEmptyForATerminalWithoutAPlace, and none for one that is suspended", async () => {
    const nowhere = await createTerminal(product.admin, product.url, null);
    expect(await taken(nowhere, nowhere.serialNumber)).toMatchObject({ locationId: null, ranges: [] });
    await product.admin.send("POST", `/api/terminals/${nowhere.serialNumber}/suspend`, {});
    expect(await ask(nowhere)).toMatchObject({ status: 403, body: { code: "TERMINAL_SUSPENDED" } });
  });

  test("isZippedForWhoTakesIt", async () => {
    const url = `${product.url}/pos/fallback_bin_ranges`;
    const get = async (encoding: string) =>
      await fetch(url, {
        headers: { authorization: `Bearer ${await programme.terminal.token()}`, "accept-encoding": encoding },
      });
    const [zipped, plain] = [await get("gzip"), await get("gzip;q=0")];
    expect([zipped.headers.get("content-encoding"), plain.headers.get("content-encoding")]).toEqual([
      "gzip",
      null,
    ]);
    expect(delivered.parse(await zipped.json()).version).toBe(delivered.parse(await plain.json()).version);
  });
});

describe("the keys that sign lists", () => {
  test("rotateWithOverlap: a list of the former key is taken until it has run out", async () => {
    const before = delivered.parse((await ask(programme.terminal)).body);
    const kid = await rotateListKey(product.server.services);
    const after = delivered.parse((await ask(programme.terminal)).body);
    expect(after.version).toBe(before.version);
    const published = await keys();
    expect(published.keys.filter(({ use }) => use === "sig")[0]?.kid).toBe(kid);
    const checks = { keys: published, serialNumber: programme.terminal.serialNumber, newestIssuedAt: null };
    for (const one of [before, after]) {
      expect(await takeAccountRangeList(one, { ...checks, now: await now() })).toMatchObject({
        kind: "list",
      });
    }
    // The one that cards are encrypted to stands first, as before there were others.
    expect(published.keys[0]?.use).toBe("enc");
    expect(JSON.stringify(published)).not.toMatch(/"d":/);
  });

  test("ofManyRotationsAtOnceEachLeavesOneKeyThatSigns", async () => {
    const { services } = product.server;
    await Promise.all(Array.from({ length: 8 }, () => rotateListKey(services)));
    const { rows } = await services.pool.query<{ n: number }>(
      "select count(*)::int as n from list_keys where retires_at is null",
    );
    expect(rows).toEqual([{ n: 1 }]);
  });
});
