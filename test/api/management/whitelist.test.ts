import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Answer, Client } from "../../../src/client.ts";
import { cardsOfPans } from "../../../src/engine/vaultCards.ts";
import { createLocation, importRanges, publishRuleset, testPan } from "../../support/programme.ts";
import { startTestServer, type TestServer } from "../../support/server.ts";
import { OFFLINE_BY_NAME } from "../../support/whitelists.ts";
import { clientFor, codeOf, itemsOf, keyFor, members, PAN, pointersOf, raw } from "./support.ts";

let server: TestServer;
let admin: Client;
beforeAll(async () => {
  server = await startTestServer();
  ({ admin } = server);
  await importRanges(admin, [
    "5555,5555,0001234,Test Bank,POL,WLE,",
    "5105,5105,0009999,Other Bank,POL,WLE,",
  ]);
});
afterAll(async () => {
  await server.stop();
});

async function upload(
  query: string,
  lines: readonly string[],
  { header = "pan,validFrom,validTo", key = server.adminKey, headers = {} } = {},
): Promise<Answer> {
  const body = [header, ...lines, ""].join("\n");
  return await raw(server, "POST", `/api/whitelist/uploads?${query}`, {
    body,
    type: "text/csv",
    key,
    headers,
  });
}

async function cardIdOf(pan: string): Promise<string> {
  return String(members(await admin.send("POST", "/api/cards/lookup", { pan }))["cardId"]);
}

async function listedAt(scope: string): Promise<readonly unknown[]> {
  const items = itemsOf(await admin.send("GET", `/api/whitelist?${scope}&limit=500`));
  return items.map(({ maskedPan, validFrom, validTo }) => [maskedPan, validFrom, validTo]);
}

const counts = (answer: Answer): readonly unknown[] => {
  const { added, changed, unchanged, removed, notListed, total } = members(answer);
  return [added, changed, unchanged, removed, notListed, total];
};

describe("an upload", () => {
  test("addsReplacesAndRemoves, and says before what it would do", async () => {
    const scope = `locationId=${await createLocation(admin)}`;
    const [a, b, c] = [testPan(101), testPan(102), testPan(103)];
    const first = [`${a},2027-01-01,2027-02-01`, `${b},,`, `${a},2027-01-01,2027-02-01`];
    expect(counts(await upload(`${scope}&mode=ADD&dryRun=true`, first))).toEqual([2, 0, 1, 0, 0, 2]);
    expect(await listedAt(scope)).toEqual([]);
    const done = await upload(`${scope}&mode=ADD`, first);
    expect([done.status, ...counts(done)]).toEqual([200, 2, 0, 1, 0, 0, 2]);
    expect(new Set(await listedAt(scope))).toEqual(
      new Set([
        [maskOf(a), "2027-01-01T00:00:00.000Z", "2027-02-01T00:00:00.000Z"],
        [maskOf(b), null, null],
      ]),
    );
    const next = [`${b},,2027-03-01T12:00:00+01:00`, `${c},,`];
    expect(counts(await upload(`${scope}&mode=REPLACE&dryRun=true`, next))).toEqual([1, 1, 0, 1, 0, 2]);
    expect(counts(await upload(`${scope}&mode=REPLACE`, next))).toEqual([1, 1, 0, 1, 0, 2]);
    expect(new Set(await listedAt(scope))).toEqual(
      new Set([
        [maskOf(b), null, "2027-03-01T11:00:00.000Z"],
        [maskOf(c), null, null],
      ]),
    );
    expect(counts(await upload(`${scope}&mode=REPLACE`, next))).toEqual([0, 0, 2, 0, 0, 2]);
    expect(counts(await upload(`${scope}&mode=REMOVE`, [b, a, testPan(104)], { header: "pan" }))).toEqual([
      0, 0, 0, 1, 2, 1,
    ]);
    expect(await listedAt(scope)).toEqual([[maskOf(c), null, null]]);
    const history = itemsOf(await admin.send("GET", `/api/whitelist/uploads?${scope}`));
    expect(history.map(({ mode, total, byHand }) => [mode, total, byHand])).toEqual([
      ["REMOVE", 1, false],
      ["REPLACE", 2, false],
      ["REPLACE", 2, false],
      ["ADD", 2, false],
    ]);
  });

  test("namesWhatIsWrongByLineAndColumn, tells no number, and stores nothing", async () => {
    const scope = `locationId=${await createLocation(admin)}`;
    const [a, b] = [testPan(111), testPan(112)];
    const wrong = `${a.slice(0, -1)}${a.endsWith("0") ? "1" : "0"}`;
    const answer = await upload(`${scope}&mode=ADD`, [
      `${a},,`,
      `${wrong},,`,
      `${b},yesterday,`,
      `${b},2027-02-01,2027-01-01`,
      `,2027-01-01,`,
      `${b},,,,`,
    ]);
    expect([answer.status, codeOf(answer)]).toEqual([422, "INVALID_REQUEST"]);
    expect(pointersOf(answer)).toEqual(["/3/pan", "/4/validFrom", "/5/validTo", "/6/pan", "/7"]);
    expect(JSON.stringify(answer.body)).not.toContain(a.slice(0, 12));
    const twice = await upload(`${scope}&mode=ADD`, [`${a},,`, `${b},,`, `${a},2027-01-01,`]);
    expect([twice.status, pointersOf(twice)]).toEqual([422, ["/4/pan"]]);
    expect(pointersOf(await upload(`${scope}&mode=ADD`, [], { header: "number" }))).toEqual([
      "/1/1",
      "/1/pan",
    ]);
    expect(await listedAt(scope)).toEqual([]);
    const { rows } = await server.server.services.pool.query<{ n: number }>(
      "select count(*)::int as n from card_vault where mask = $1",
      [maskOf(a)],
    );
    expect(rows).toEqual([{ n: 0 }]);
  });

  test("wantsOneListThatIsThere", async () => {
    const locationId = await createLocation(admin);
    const none = "01J00000000000000000000000";
    for (const [query, pointer] of [
      ["mode=ADD", "/query/rulesetId"],
      [`locationId=${locationId}&rulesetId=${none}&mode=ADD`, "/query/rulesetId"],
      [`locationId=${none}&mode=ADD`, "/query/locationId"],
      [`rulesetId=${none}&mode=ADD`, "/query/rulesetId"],
      [`locationId=${locationId}`, "/query/mode"],
      [`locationId=${locationId}&mode=SET`, "/query/mode"],
    ] as const) {
      const answer = await upload(query, [`${testPan(113)},,`]);
      expect([query, answer.status, pointersOf(answer)]).toEqual([query, 422, [pointer]]);
    }
  });

  test("isDoneOnceForItsKey", async () => {
    const scope = `locationId=${await createLocation(admin)}`;
    const headers = { "Idempotency-Key": "whitelist-once" };
    const line = [`${testPan(121)},,`];
    const first = await upload(`${scope}&mode=ADD`, line, { headers });
    const again = await upload(`${scope}&mode=ADD`, line, { headers });
    expect(again.body).toEqual(first.body);
    expect(itemsOf(await admin.send("GET", `/api/whitelist/uploads?${scope}`))).toHaveLength(1);
    const other = await upload(`${scope}&mode=ADD`, [`${testPan(122)},,`], { headers });
    expect([other.status, codeOf(other)]).toEqual([409, "REQUEST_ID_REUSED"]);
  });

  test("thatNeverCameToItsEndChangesNothing: neither the list, nor what a later one finds", async () => {
    const locationId = await createLocation(admin);
    const scope = `locationId=${locationId}`;
    const [a, b] = [testPan(131), testPan(132)];
    await upload(`${scope}&mode=ADD`, [`${a},,`]);
    // As an instance leaves it that died while it took `a` off and listed `b`.
    await server.server.services.pool.query(
      `insert into whitelist_entries (upload_id, scope_id, list_hash, card_id, removed)
       select 'died', scope_id, list_hash, card_id, true from whitelist_entries where scope_id = $1
       union all select 'died', scope_id, sha256(list_hash), card_id, false from whitelist_entries where scope_id = $1`,
      [locationId],
    );
    expect(await listedAt(scope)).toEqual([[maskOf(a), null, null]]);
    const next = [`${a},,`, `${b},,`];
    expect(counts(await upload(`${scope}&mode=REPLACE`, next))).toEqual([1, 0, 1, 0, 0, 2]);
    expect(await listedAt(scope)).toHaveLength(2);
  });

  test("ofMoreThanOneGroupListsEachCardOnce, takes off what is not in the next, and all where nothing is", async () => {
    const scope = `locationId=${await createLocation(admin)}`;
    const line = (from: number, every: number, count: number) =>
      Array.from({ length: count }, (_, index) => `${testPan(40_000 + from + index * every)},,`);
    const first = await upload(`${scope}&mode=REPLACE`, line(0, 1, 6_000));
    expect(counts(first)).toEqual([6_000, 0, 0, 0, 0, 6_000]);
    // Every third of them, and as many new ones.
    const next = line(0, 3, 4_000);
    for (const query of ["&dryRun=true", ""])
      expect(counts(await upload(`${scope}&mode=REPLACE${query}`, next))).toEqual([
        ...[2_000, 0, 2_000, 4_000, 0, 4_000],
      ]);
    expect(counts(await upload(`${scope}&mode=ADD`, line(0, 1, 3_000)))).toEqual([
      ...[2_000, 0, 1_000, 0, 0, 6_000],
    ]);
    // Few lines, with many entries between them.
    expect(counts(await upload(`${scope}&mode=REPLACE`, line(0, 3, 2)))).toEqual([0, 0, 2, 5_998, 0, 2]);
    expect(counts(await upload(`${scope}&mode=REPLACE`, []))).toEqual([0, 0, 0, 2, 0, 0]);
    expect(await listedAt(scope)).toEqual([]);
  });

  test("ofNumbersThatBecomeCardsAtTheSameMomentMakesEachOnce", async () => {
    const { services } = server.server;
    const pans = Array.from({ length: 900 }, (_, index) => testPan(70_000 + index));
    const both = [pans.slice(0, 600), pans.slice(300)];
    const [one, other] = await Promise.all(both.map(async (part) => await cardsOfPans(services, part)));
    for (const pan of pans.slice(300, 600)) expect(one?.get(pan)).toBe(other?.get(pan));
    const known = await cardsOfPans(services, pans);
    for (const pan of pans) expect(known.get(pan)).toBe(one?.get(pan) ?? other?.get(pan));
    const { rows } = await services.pool.query<{ n: number }>(
      "select count(*)::int as n from card_vault v where not exists (select from card_alias a where a.card_id = v.card_id)",
    );
    expect(rows).toEqual([{ n: 0 }]);
  });

  test("ofManyAtOnceLeavesAListThatAddsUp", async () => {
    const scope = `locationId=${await createLocation(admin)}`;
    const pans = Array.from({ length: 60 }, (_, index) => testPan(200 + index));
    const part = (from: number) => pans.slice(from, from + 30).map((pan) => `${pan},,`);
    const modes = ["ADD", "REMOVE", "REPLACE", "ADD"] as const;
    await Promise.all(modes.map(async (mode, at) => await upload(`${scope}&mode=${mode}`, part(at * 10))));
    const [last] = itemsOf(await admin.send("GET", `/api/whitelist/uploads?${scope}`));
    const items = itemsOf(await admin.send("GET", `/api/whitelist?${scope}&limit=500`));
    expect(items).toHaveLength(Number(last?.["total"]));
    expect(new Set(items.map(({ cardId }) => cardId)).size).toBe(items.length);
  });
});

describe("single cards", () => {
  test("areListedFoundAndTakenOff", async () => {
    const locationId = await createLocation(admin);
    const rulesetId = await publishRuleset(admin, { offline: OFFLINE_BY_NAME });
    const pan = testPan(301);
    const added = await admin.request("POST", "/api/whitelist", { pan, locationId, validTo: "2027-06-01" });
    expect(added.status).toBe(201);
    expect(added.body).toMatchObject({ locationId, rulesetId: null, maskedPan: maskOf(pan) });
    await admin.send("POST", "/api/whitelist", { pan, rulesetId });
    const cardId = await cardIdOf(pan);
    const found = itemsOf(await admin.send("GET", `/api/whitelist?cardId=${cardId}`));
    expect(found.map((one) => [one["rulesetId"], one["locationId"], one["validTo"]])).toEqual([
      [rulesetId, null, null],
      [null, locationId, "2027-06-01T00:00:00.000Z"],
    ]);
    const gone = `/api/whitelist/${String(members(added)["id"])}`;
    expect((await admin.request("DELETE", gone)).status).toBe(204);
    expect((await admin.request("DELETE", gone)).status).toBe(404);
    expect(itemsOf(await admin.send("GET", `/api/whitelist?cardId=${cardId}`))).toHaveLength(1);
    const history = itemsOf(await admin.send("GET", `/api/whitelist/uploads?locationId=${locationId}`));
    expect(history.map(({ mode, byHand, total }) => [mode, byHand, total])).toEqual([
      ["REMOVE", true, 0],
      ["ADD", true, 1],
    ]);
    const wrong = await admin.request("POST", "/api/whitelist", { pan: "5555555555554445", locationId });
    expect([wrong.status, pointersOf(wrong)]).toEqual([422, ["/pan"]]);
  });

  test("ofAForgottenCardholderAreInNoListAnyMore, and no hash of the number stays", async () => {
    const locationId = await createLocation(admin);
    const pan = testPan(302);
    await admin.send("POST", "/api/whitelist", { pan, locationId });
    await admin.send("POST", "/api/whitelist", { pan, locationId, validTo: "2027-06-01" });
    const cardId = await cardIdOf(pan);
    await admin.send("POST", `/api/cards/${cardId}/erase`, {});
    expect(await listedAt(`locationId=${locationId}`)).toEqual([]);
    const { rows } = await server.server.services.pool.query<{ n: number }>(
      "select count(*)::int as n from whitelist_entries where card_id = $1",
      [cardId],
    );
    expect(rows).toEqual([{ n: 0 }]);
    const [last] = itemsOf(await admin.send("GET", `/api/whitelist/uploads?locationId=${locationId}`));
    expect(last).toMatchObject({ mode: "REMOVE", total: 0 });
  });
});

describe("whoever has a scope", () => {
  test("writesListsThatLieWhollyInsideIt, and sees no others", async () => {
    const [mine, theirs] = [await createLocation(admin), await createLocation(admin)];
    const own = { scope: { locationIds: [mine] } };
    const place = await clientFor(server, "USER", own.scope);
    const key = await keyFor(server, "USER", own.scope);
    await admin.send("POST", "/api/whitelist", { pan: testPan(401), locationId: theirs });
    expect((await upload(`locationId=${mine}&mode=ADD`, [`${testPan(402)},,`], { key })).status).toBe(200);
    const beyond = await upload(`locationId=${theirs}&mode=ADD`, [`${testPan(402)},,`], { key });
    expect([beyond.status, pointersOf(beyond)]).toEqual([422, ["/query/locationId"]]);
    const seen = itemsOf(await place.send("GET", "/api/whitelist?limit=500"));
    expect(seen.map(({ locationId }) => locationId)).toEqual([mine]);
    expect(itemsOf(await place.send("GET", "/api/whitelist/uploads")).map(({ by }) => by)).toMatchObject([
      { name: null },
    ]);
    const there = itemsOf(await place.send("GET", "/api/whitelist/deliveries"));
    expect(there.map(({ locationId }) => locationId)).toEqual([mine]);
    const entry = itemsOf(await admin.send("GET", `/api/whitelist?locationId=${theirs}`))[0];
    expect((await place.request("DELETE", `/api/whitelist/${String(entry?.["id"])}`)).status).toBe(404);
  });

  test("listsCardsOfItsOwnIssuersOnly", async () => {
    const rulesetId = await publishRuleset(admin, {
      criteria: { icas: [{ ica: "0001234" }] },
      offline: OFFLINE_BY_NAME,
    });
    const wide = await publishRuleset(admin, { offline: OFFLINE_BY_NAME });
    const key = await keyFor(server, "USER", { icas: ["0001234"] });
    const answer = await upload(`rulesetId=${rulesetId}&mode=ADD`, [`${PAN},,`, "5105105105105100,,"], {
      key,
    });
    expect([answer.status, pointersOf(answer)]).toEqual([422, ["/3/pan"]]);
    expect((await upload(`rulesetId=${rulesetId}&mode=ADD`, [`${PAN},,`], { key })).status).toBe(200);
    expect((await upload(`rulesetId=${wide}&mode=ADD`, [`${PAN},,`], { key })).status).toBe(403);
    const locationId = await createLocation(admin);
    expect((await upload(`locationId=${locationId}&mode=ADD`, [`${PAN},,`], { key })).status).toBe(403);
  });
});

function maskOf(pan: string): string {
  return `${pan.slice(0, 6)}${"*".repeat(pan.length - 10)}${pan.slice(-4)}`;
}
